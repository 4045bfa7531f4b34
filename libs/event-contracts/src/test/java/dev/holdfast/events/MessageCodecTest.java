/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.holdfast.events.UndecodableMessageException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {

  /** Run with {@code -Dgolden.write=true} to write the file of a new message version. */
  private static final boolean WRITE = Boolean.getBoolean("golden.write");

  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private final MessageCodec codec = new MessageCodec();

  static List<Message> samples() {
    return Samples.ALL;
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyPublishedVersionStillReadsAndWritesItsGoldenFile(Message sample) throws IOException {
    Path file = GOLDEN.resolve(MessageCodec.type(sample.getClass()) + ".json");
    if (WRITE && Files.notExists(file)) {
      Files.createDirectories(GOLDEN);
      Files.writeString(file, pretty(codec.encode(sample)));
    }
    String golden = Files.readString(file);

    assertThat(pretty(codec.encode(sample))).isEqualTo(golden);
    assertThat(codec.decode(MessageCodec.type(sample.getClass()), golden.getBytes(UTF_8)))
        .isEqualTo(sample);
  }

  @Test
  void everyMessageHasASample() {
    assertThat(Samples.ALL.stream().map(Message::getClass).collect(Collectors.toSet()))
        .isEqualTo(java.util.Set.copyOf(MessageCodec.messages()));
  }

  @Test
  void everyGoldenFileIsOfAMessageThatStillExists() throws IOException {
    try (var files = Files.list(GOLDEN)) {
      assertThat(files.map(f -> f.getFileName().toString().replaceFirst("\\.json$", "")))
          .containsExactlyInAnyOrderElementsOf(
              MessageCodec.messages().stream().map(MessageCodec::type).toList());
    }
  }

  @Test
  void wireNamesCarryAVersionAndTopicsTheTopicsVersion() {
    assertThat(MessageCodec.messages())
        .allSatisfy(
            message -> {
              assertThat(MessageCodec.type(message))
                  .matches("dev\\.holdfast\\.[a-z]+\\.[a-z-]+\\.v[0-9]+");
              assertThat(MessageCodec.topic(message)).matches("dr\\.[a-z.]+\\.v[0-9]+");
            });
  }

  @Test
  void keysThatAgeInNoTimeAndLocksWithoutEndAreRefused() {
    for (String[] bad :
        new String[][] {{"PT0S", "null"}, {"P30D", "'P40000D'"}, {"-P1D", "null"}}) {
      byte[] body =
          ("{'backup':'b','strategy':'database','source':'main','keyRotation':'"
                  + bad[0]
                  + "','lockRetention':"
                  + bad[1]
                  + ",'requestedAt':'2026-11-01T12:00:00Z'}")
              .replace('\'', '"')
              .getBytes(UTF_8);
      assertThatThrownBy(() -> codec.decode("dev.holdfast.backup.apply-protection.v1", body))
          .isInstanceOf(UndecodableMessageException.class)
          .hasMessageContaining("must be from PT1H to 36500 days");
    }
  }

  @Test
  void aRestorePointWithoutAProperNameIsRefused() {
    for (String bad : List.of("", " ", "x".repeat(64), " x", "x ", "a\\nb")) {
      assertUndecodable(
          "dev.holdfast.backup.create-restore-point.v1",
          "{'backup':'b','strategy':'database','source':'main','name':'%s','requestedBy':'me',"
                  .formatted(bad)
              + "'requestedAt':'2026-11-01T12:00:00Z'}",
          Reason.BAD_BODY,
          "must be 1 to 63 characters");
    }
  }

  @Test
  void aRestoreThatContradictsItselfIsRefusedWithTheField() {
    String form =
        "{'run':'r','source':'main','target':{},%s,'into':'jdbc:postgresql://h/d',"
            + "'credentials':'default','requestedBy':'me','requestedAt':'2026-11-01T12:00:00Z'}";
    for (String[] bad :
        new String[][] {
          {"'scope':{'only':[],'inPlace':true,'confirm':'d'}", "inPlace needs only"},
          {"'scope':{'only':['a',' '],'inPlace':false}", "only holds a blank name"},
          {"'scope':{'only':['a'],'beside':'','inPlace':false}", "beside is blank"},
          {"'scope':{'only':['a'],'inPlace':false,'confirm':'d'}", "confirm is for inPlace"},
          {"'exceptXid':-1,'scope':{'only':[],'inPlace':false}", "exceptXid -1"},
          {"'exceptXid':1", "scope"},
        }) {
      assertUndecodable(
          "dev.holdfast.recovery.restore.v2", form.formatted(bad[0]), Reason.BAD_BODY, bad[1]);
    }
  }

  @Test
  void aSearchForTransactionsIsBounded() {
    String form =
        "{'run':'r','source':'main','around':'2026-11-01T12:00:00Z','within':'%s','most':%s,"
            + "'tables':%s,'requestedBy':'me','requestedAt':'2026-11-01T12:00:00Z'}";
    String type = "dev.holdfast.recovery.find-transactions.v1";
    String fine = form.formatted("P1D", "100", "['shop']");
    assertThat(codec.decode(type, fine.replace('\'', '"').getBytes(UTF_8)))
        .isInstanceOf(RecoveryCommand.Question.class);
    for (String[] bad :
        new String[][] {
          {form.formatted("PT0S", "1", "[]"), "within PT0S"},
          {form.formatted("PT24H1S", "1", "[]"), "within PT24H1S"},
          {form.formatted("PT1S", "0", "[]"), "most 0"},
          {form.formatted("PT1S", "101", "[]"), "most 101"},
          {form.formatted("PT1S", "1", "[' ']"), "blank name"},
        }) {
      assertUndecodable(type, bad[0], Reason.BAD_BODY, bad[1]);
    }
  }

  @Test
  void aMomentIsOneOrNone() {
    String form =
        "{'run':'r','order':{'source':'main','moment':%s,'scope':{'only':[],'inPlace':false},"
            + "'into':'jdbc:postgresql://h/d','credentials':'default'},"
            + "'requestedBy':'me','requestedAt':'2026-11-01T12:00:00Z'}";
    for (String type :
        List.of("dev.holdfast.recovery.restore.v3", "dev.holdfast.recovery.plan-restore.v1")) {
      assertThat(codec.decode(type, form.formatted("{}").replace('\'', '"').getBytes(UTF_8)))
          .isInstanceOf(RecoveryCommand.class);
      for (String[] bad :
          new String[][] {
            {"{'toXid':1,'toPoint':'p'}", "give one of"},
            {"{'toTime':'2026-11-01T12:00:00Z','toLsn':'0/1'}", "give one of"},
            {"{'toXid':4294967296}", "toXid 4294967296"},
            {"{'beforeXid':-1}", "beforeXid -1"},
            {"{'toPoint':' '}", "must be 1 to 63 characters"},
            {"null", "moment"},
          }) {
        assertUndecodable(type, form.formatted(bad[0]), Reason.BAD_BODY, bad[1]);
      }
    }
  }

  @Test
  void aPlanIsThereOrARefusal() {
    assertUndecodable(
        "dev.holdfast.recovery.restore-planned.v1",
        "{'run':'r','source':'main','plannedAt':'2026-11-01T12:00:00Z'}",
        Reason.BAD_BODY,
        "give a plan or a refusal");
  }

  @Test
  void aFieldThatIsNotKnownIsIgnored() {
    byte[] body =
        ("{'source':'main','state':'streaming','detail':'','at':'2026-11-01T12:00:00Z',"
                + "'later':{'a':[1]}}")
            .replace('\'', '"')
            .getBytes(UTF_8);
    assertThat(codec.decode("dev.holdfast.backup.capture-state-changed.v1", body))
        .isInstanceOf(BackupEvent.CaptureStateChanged.class);
  }

  @Test
  void aMissingOptionalIsEmpty() {
    byte[] body =
        ("{'source':'main','region':'us-west-2','throughManifest':3,'objects':1,'bytes':2,"
                + "'verifiedAt':'2026-11-01T12:00:00Z'}")
            .replace('\'', '"')
            .getBytes(UTF_8);
    var event =
        (ReplicationEvent.RegionVerified)
            codec.decode("dev.holdfast.replication.region-verified.v1", body);
    assertThat(event.coveredAt()).isEmpty();
  }

  @Test
  void aMissingNumberIsRefusedAndNotReadAsZero() {
    assertUndecodable(
        "dev.holdfast.replication.region-verified.v1",
        "{'source':'main','region':'us-west-2','objects':1,'bytes':2,"
            + "'verifiedAt':'2026-11-01T12:00:00Z'}",
        Reason.BAD_BODY,
        "throughManifest");
  }

  @Test
  void aNullThatIsNoOptionalIsRefused() {
    assertUndecodable(
        "dev.holdfast.backup.capture-state-changed.v1",
        "{'source':null,'state':'streaming','detail':'','at':'2026-11-01T12:00:00Z'}",
        Reason.BAD_BODY,
        "source");
  }

  @Test
  void anIdThatBreaksItsRuleIsRefusedWithTheRule() {
    assertUndecodable(
        "dev.holdfast.backup.capture-state-changed.v1",
        "{'source':'../x','state':'streaming','detail':'','at':'2026-11-01T12:00:00Z'}",
        Reason.BAD_BODY,
        "source id '../x' must be");
  }

  @Test
  void aBodyThatIsNoJsonIsRefused() {
    assertUndecodable(
        "dev.holdfast.backup.capture-state-changed.v1", "\0\1\2", Reason.BAD_BODY, "body is no");
  }

  @Test
  void aBodyThatIsJsonNullIsRefused() {
    assertUndecodable(
        "dev.holdfast.backup.capture-state-changed.v1", "null", Reason.BAD_BODY, "no body");
  }

  @Test
  void anUnknownTypeIsRefused() {
    assertUndecodable("dev.holdfast.backup.nope.v9", "{}", Reason.UNKNOWN_TYPE, "nope.v9");
  }

  private void assertUndecodable(String type, String body, Reason reason, String text) {
    assertThatThrownBy(() -> codec.decode(type, body.replace('\'', '"').getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            UndecodableMessageException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(text);
  }

  private static String pretty(byte[] json) throws IOException {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    return mapper.writeValueAsString(mapper.readTree(json)) + "\n";
  }
}
