/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.contracts;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.service.ProblemDocument;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.jspecify.annotations.Nullable;

/**
 * Completes the OpenAPI document: with what every operation would have to say again (how problems
 * look), what cannot be seen in the code (values that travel as text, the status of commands), and
 * an example of each operation, from {@code openapi/<operationId>.json}.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class ApiDocument implements OASFilter {

  private static final String JSON = "application/json";
  private static final String PROBLEM = "Problem";
  private static final List<String> REFUSALS = List.of("400", "401", "403");

  private final ObjectMapper mapper = new ObjectMapper();

  /**
   * What a file holds.
   *
   * @param request of operations that take a body
   * @param status of a success; 200 when it is left out
   * @param answer of those that answer something
   */
  record Example(@Nullable Object request, @Nullable Integer status, @Nullable Object answer) {

    static final Example NONE = new Example(null, null, null);
  }

  @Override
  public void filterOpenAPI(OpenAPI document) {
    Components components = document.getComponents();
    components.addSchema(
        "Lsn",
        schema(SchemaType.STRING)
            .description("A position in the log, as PostgreSQL prints it")
            .pattern("^[0-9A-F]{1,8}/[0-9A-F]{1,8}$"));
    components.addSchema("SourceId", schema(SchemaType.STRING));
    components.addSchema("JsonNode", schema(SchemaType.OBJECT));
    components.addSchema(PROBLEM, problem());
    document.getPaths().getPathItems().values().stream()
        .flatMap(path -> path.getOperations().values().stream())
        .forEach(this::complete);
  }

  private void complete(Operation operation) {
    Example example = example(operation.getOperationId());
    APIResponses responses = operation.getResponses();
    responses.setDefaultValue(refusal("Any other status is a problem"));
    for (String status : REFUSALS) {
      Optional.ofNullable(responses.getAPIResponse(status))
          .ifPresent(it -> it.setContent(problems()));
    }
    if (example.request() != null) {
      operation.getRequestBody().getContent().getMediaType(JSON).setExample(example.request());
    }
    APIResponse success = responses.getAPIResponse("200");
    if (example.status() != null) {
      responses.removeAPIResponse("200");
      responses.addAPIResponse(example.status().toString(), success);
      describe(success, example.status());
    }
    if (example.answer() != null) {
      answered(success, example.answer()).setExample(example.answer());
    }
  }

  private static void describe(APIResponse success, int status) {
    if (status == 202) {
      success.setDescription("Accepted: follow the Location");
      success.addHeader(
          "Location",
          OASFactory.createHeader()
              .description("What to ask for what became of it")
              .schema(schema(SchemaType.STRING)));
    } else {
      success.setDescription("Done");
    }
  }

  /** What is answered as JSON; of what the code builds by hand the example says how it looks. */
  private static MediaType answered(APIResponse success, Object example) {
    Content content =
        Optional.ofNullable(success.getContent()).orElseGet(OASFactory::createContent);
    success.setContent(content);
    MediaType json =
        Optional.ofNullable(content.getMediaType(JSON)).orElseGet(OASFactory::createMediaType);
    if (json.getSchema() == null) {
      json.setSchema(of(example));
    }
    content.addMediaType(JSON, json);
    return json;
  }

  private static Schema of(Object example) {
    return switch (example) {
      case Map<?, ?> members -> {
        Schema object = schema(SchemaType.OBJECT);
        members.forEach((name, value) -> object.addProperty(String.valueOf(name), of(value)));
        yield object;
      }
      case List<?> items -> schema(SchemaType.ARRAY).items(of(items.getFirst()));
      case Integer ignored -> schema(SchemaType.INTEGER);
      case Boolean ignored -> schema(SchemaType.BOOLEAN);
      default -> schema(SchemaType.STRING);
    };
  }

  private static Schema problem() {
    Schema text = schema(SchemaType.STRING);
    return schema(SchemaType.OBJECT)
        .description("RFC 9457")
        .addProperty("type", schema(SchemaType.STRING).description("urn:holdfast:problem:<name>"))
        .addProperty("title", text)
        .addProperty("status", schema(SchemaType.INTEGER))
        .addProperty("detail", text)
        .addProperty(
            "field", schema(SchemaType.STRING).description("Of the request, where one is meant"))
        .addProperty("fix", schema(SchemaType.STRING).description("What the caller can do"))
        .required(List.of("type", "title", "status", "detail"));
  }

  private static APIResponse refusal(String description) {
    return OASFactory.createAPIResponse().description(description).content(problems());
  }

  private static Content problems() {
    return OASFactory.createContent()
        .addMediaType(
            ProblemDocument.MEDIA_TYPE,
            OASFactory.createMediaType().schema(OASFactory.createSchema().ref(PROBLEM)));
  }

  private static Schema schema(SchemaType type) {
    return OASFactory.createSchema().addType(type);
  }

  private Example example(String operation) {
    try (InputStream file =
        ApiDocument.class.getResourceAsStream("/openapi/" + operation + ".json")) {
      return file == null ? Example.NONE : mapper.readValue(file, Example.class);
    } catch (IOException e) {
      throw new UncheckedIOException("openapi/" + operation + ".json is no example", e);
    }
  }
}
