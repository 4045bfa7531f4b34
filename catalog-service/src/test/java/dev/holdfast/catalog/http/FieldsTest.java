/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FieldsTest {

  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

  record Region(String region, int behind) {}

  record Source(String id, Optional<Region> best, List<Region> regions) {}

  private static final Source MAIN =
      new Source(
          "main",
          Optional.of(new Region("east", 0)),
          List.of(new Region("east", 0), new Region("west", 7)));

  @Test
  void onlyWhatIsWantedIsLeft() throws JsonProcessingException {
    assertThat(selected("id")).isEqualTo("{\"id\":\"main\"}");
    assertThat(selected("regions.behind,id"))
        .isEqualTo("{\"regions\":[{\"behind\":0},{\"behind\":7}],\"id\":\"main\"}");
    assertThat(selected("best.region")).isEqualTo("{\"best\":{\"region\":\"east\"}}");
    assertThat(selected("best,best.region"))
        .isEqualTo("{\"best\":{\"region\":\"east\",\"behind\":0}}");
  }

  @Test
  void ofAListTheItemsAreMeantAndThePageStaysOne() {
    assertThat(
            Fields.parse("id")
                .of(JSON.valueToTree(new Page<>(List.of(MAIN), Optional.of("cursor"))))
                .toString())
        .isEqualTo("{\"items\":[{\"id\":\"main\"}],\"next\":\"cursor\"}");
  }

  @Test
  void whatCanNeverBeThereIsNamedWithWhatCan() {
    assertThat(problem("id,region")).isEqualTo("there is no field 'region'; use best, id, regions");
    assertThat(problem("regions.lag"))
        .isEqualTo("there is no field 'regions.lag'; use behind, region");
    assertThat(problem("best.lag")).isEqualTo("there is no field 'best.lag'; use behind, region");
    assertThat(problem("id.value"))
        .isEqualTo("there is no field 'id.value'; leave out what follows 'id'");
    assertThat(Fields.parse("best.region,regions").unknownIn(MAIN, JSON)).isEmpty();
  }

  private static String selected(String fields) throws JsonProcessingException {
    return Fields.parse(fields).of(JSON.valueToTree(MAIN)).toString();
  }

  private static String problem(String fields) {
    var problem = Fields.parse(fields).unknownIn(MAIN, JSON).orElseThrow();
    return problem.detail() + "; " + problem.fix();
  }
}
