/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns every failure of a request into a problem document. */
public final class ProblemMappers {

  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

  @ServerExceptionMapper
  public Response problem(Problem problem) {
    return response(problem.document());
  }

  /** Ids and targets check themselves as they are built from a request. */
  @ServerExceptionMapper
  public Response illegalArgument(IllegalArgumentException e) {
    return response(Problem.badRequest("request", message(e), "correct the value").document());
  }

  @ServerExceptionMapper
  public Response violation(ConstraintViolationException e) {
    String detail =
        e.getConstraintViolations().stream()
            .map(v -> lastNode(v.getPropertyPath().toString()) + " " + v.getMessage())
            .sorted()
            .collect(Collectors.joining("; "));
    String field =
        e.getConstraintViolations().stream()
            .map(v -> lastNode(v.getPropertyPath().toString()))
            .sorted()
            .findFirst()
            .orElse("request");
    return response(Problem.badRequest(field, detail, "correct the value").document());
  }

  @ServerExceptionMapper
  public Response json(JsonProcessingException e) {
    if (e instanceof MismatchedInputException mismatched) {
      return mismatched(mismatched);
    }
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      String field = field(mapping);
      return response(
          Problem.badRequest(field, field + ": " + rootMessage(e), "correct the value").document());
    }
    return response(
        Problem.badRequest(
                "body", "the body is not valid JSON: " + e.getOriginalMessage(), "send JSON")
            .document());
  }

  /** JSON of another shape; Quarkus has a mapper of its own for it, which answers with nothing. */
  @ServerExceptionMapper
  public Response mismatched(MismatchedInputException e) {
    String field = field(e);
    return response(
        switch (e) {
          case UnrecognizedPropertyException unknown ->
              Problem.badRequest(
                      field,
                      "there is no field " + field,
                      "use "
                          + unknown.getKnownPropertyIds().stream()
                              .map(String::valueOf)
                              .sorted()
                              .collect(Collectors.joining(", ")))
                  .document();
          case MismatchedInputException other when other.getPath().isEmpty() ->
              Problem.badRequest("body", "the body is not a JSON object", "send a JSON object")
                  .document();
          default ->
              Problem.badRequest(field, field + " has a value of a wrong type", "correct the value")
                  .document();
        });
  }

  private static String field(JsonMappingException e) {
    return e.getPath().stream()
        .map(p -> p.getFieldName() == null ? "[" + p.getIndex() + "]" : p.getFieldName())
        .collect(Collectors.joining("."));
  }

  @ServerExceptionMapper
  public Response web(WebApplicationException e, UriInfo uri) {
    if (e.getCause() instanceof JsonProcessingException json) {
      return json(json);
    }
    int status = e.getResponse().getStatus();
    String reason = e.getResponse().getStatusInfo().getReasonPhrase();
    if (status < 400) {
      return e.getResponse();
    }
    return response(
        Problem.of(status, "http-" + status, reason, reason + ": /" + trimmed(uri.getPath()))
            .document());
  }

  /** A mistake of ours: the caller gets an id to look for in the log, and no internals. */
  @ServerExceptionMapper
  public Response unexpected(RuntimeException e) {
    String id = UUID.randomUUID().toString();
    LOG.errorf(e, "request failed, error id %s", id);
    return response(
        Problem.of(
                500,
                "internal-error",
                "The service failed",
                "the request failed inside the service; error id " + id)
            .fix("look for the error id in the service's log")
            .document());
  }

  private static String trimmed(String path) {
    return path.startsWith("/") ? path.substring(1) : path;
  }

  private static String lastNode(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private static String message(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private static String rootMessage(JsonProcessingException e) {
    Throwable cause = e.getCause();
    return cause == null ? e.getOriginalMessage() : message(cause);
  }

  private static Response response(ProblemDocument document) {
    return Response.status(document.status())
        .header(HttpHeaders.CONTENT_TYPE, ProblemDocument.MEDIA_TYPE)
        .entity(document)
        .build();
  }
}
