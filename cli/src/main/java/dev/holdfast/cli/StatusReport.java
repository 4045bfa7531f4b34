/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What {@code status} says; its JSON.
 *
 * @param ready every service is ready and every source can be restored from its primary region
 * @param reasons why not; empty when ready
 * @param data the data folder
 * @param awsCredentialsFile for {@code AWS_SHARED_CREDENTIALS_FILE}; each region has its profile
 * @param identityFile private key that opens the vault
 * @param breakGlass a command that restores without any service
 * @param locks as the replication service sees them; empty when it does not answer
 * @param slots as the failover monitor sees them; empty when it does not answer
 */
record StatusReport(
    boolean ready,
    List<String> reasons,
    String data,
    List<SourceStatus> sources,
    List<ServiceStatus> services,
    List<Installation.Region> regions,
    Optional<String> awsCredentialsFile,
    Optional<String> identityFile,
    Optional<String> breakGlass,
    List<LockStatus> locks,
    List<SlotStatus> slots) {

  /**
   * @param state {@code ok}, {@code alert}, {@code lost}, {@code absent} or {@code unknown}
   * @param retainedBytes log that the source keeps for the slot; null when that is not known
   */
  record SlotStatus(String source, String state, Optional<Long> retainedBytes, String detail) {}

  /**
   * @param lock how the region protects the source's objects from deletion
   */
  record LockStatus(String source, String region, String lock) {}

  record ServiceStatus(String name, String url, boolean ready, Optional<String> detail) {}

  /**
   * @param lastCommit the last commit that is durable in the vault
   * @param through everything up to this LSN is durable
   * @param coveredAt everything committed before this moment is durable
   */
  record SourceStatus(
      String id,
      String state,
      String detail,
      Optional<Integer> epoch,
      Optional<Integer> timeline,
      Optional<Commit> lastCommit,
      Optional<String> through,
      Optional<Instant> coveredAt,
      Optional<ProofStatus> proof,
      List<RegionStatus> regions) {}

  /**
   * The newest proof that what the vault holds is what the source held.
   *
   * @param outcome {@code proven}, {@code differs} or {@code not-done}
   * @param readAt when the source was read for it
   * @param provenAt when the source was read for the newest one that found everything equal
   * @param provenThrough up to where that one reached
   */
  record ProofStatus(
      String proof,
      String outcome,
      String detail,
      Instant readAt,
      double sourceSeconds,
      double sandboxSeconds,
      Optional<Instant> provenAt,
      Optional<String> provenThrough) {}

  record Commit(String lsn, Instant time, long xid) {}

  /**
   * @param rpoSeconds what would be lost if this region were all that is left; null when nothing
   *     can be restored from it
   * @param reason why {@code rpoSeconds} is null
   */
  record RegionStatus(
      String region,
      boolean primary,
      Optional<Double> rpoSeconds,
      Optional<String> reason,
      Optional<Instant> coveredAt,
      Optional<Instant> verifiedAt,
      long throughManifest) {}

  /** The catalog's words, as far as they matter here. */
  private record CatalogSource(
      String id,
      String state,
      String detail,
      Optional<Integer> epoch,
      Optional<Integer> timeline,
      Optional<CatalogCommit> lastCommit,
      Optional<String> through,
      Optional<Instant> coveredAt,
      Optional<CatalogStanding> proof,
      List<RegionStatus> regions) {

    SourceStatus toStatus() {
      return new SourceStatus(
          id,
          state,
          detail,
          epoch,
          timeline,
          lastCommit.map(commit -> new Commit(commit.end, commit.time, commit.xid)),
          through,
          coveredAt,
          proof.flatMap(CatalogStanding::toStatus),
          regions);
    }
  }

  private record CatalogStanding(Optional<CatalogProof> last, Optional<CatalogProof> proven) {

    Optional<ProofStatus> toStatus() {
      return last.map(
          it ->
              new ProofStatus(
                  it.proof,
                  it.outcome,
                  it.detail,
                  it.readAt,
                  it.cost.sourceSeconds,
                  it.cost.sandboxSeconds,
                  proven.map(CatalogProof::readAt),
                  proven.map(each -> each.position.lsn)));
    }
  }

  private record CatalogProof(
      String proof,
      String outcome,
      String detail,
      Instant readAt,
      CatalogPosition position,
      CatalogCost cost) {}

  private record CatalogPosition(String lsn) {}

  private record CatalogCost(double sourceSeconds, double sandboxSeconds) {}

  private record CatalogCommit(String end, Instant time, long xid) {}

  static StatusReport of(Installation installation, ServiceClient client) {
    List<String> reasons = new ArrayList<>();
    if (!installation.state().equals("ready")) {
      reasons.add("Holdfast is " + installation.state());
    }
    List<ServiceStatus> services = new ArrayList<>();
    installation
        .services()
        .forEach(
            (name, service) -> {
              ServiceStatus status = ask(client, name, service.url());
              services.add(status);
              if (!status.ready) {
                reasons.add(name + " is not ready: " + status.detail.orElse("no reason given"));
              }
            });
    List<SourceStatus> sources = new ArrayList<>();
    try {
      for (JsonNode source :
          client.get(Installation.CATALOG, "/api/v1/sources?limit=1000").path("items")) {
        sources.add(
            Json.convert(source, CatalogSource.class, "the catalog's list of sources").toStatus());
      }
      if (sources.isEmpty()) {
        reasons.add("no source is known yet");
      }
    } catch (CliException e) {
      reasons.add("sources are not known: " + e.getMessage());
    }
    sources.forEach(source -> unprotected(source).ifPresent(reasons::add));
    sources.forEach(source -> differing(source).ifPresent(reasons::add));
    return new StatusReport(
        reasons.isEmpty(),
        List.copyOf(reasons),
        installation.folder().toString(),
        List.copyOf(sources),
        List.copyOf(services),
        installation.regions(),
        installation.awsCredentialsFile(),
        installation.identityFile(),
        breakGlass(installation),
        locks(client),
        slots(client));
  }

  private static List<SlotStatus> slots(ServiceClient client) {
    List<SlotStatus> slots = new ArrayList<>();
    try {
      for (JsonNode slot : client.get("failover-monitor", "/api/v1/slots")) {
        slots.add(Json.convert(slot, SlotStatus.class, "the monitor's list of slots"));
      }
    } catch (CliException e) {
      // That it does not answer is among the reasons already.
      return List.of();
    }
    return List.copyOf(slots);
  }

  private static List<LockStatus> locks(ServiceClient client) {
    List<LockStatus> locks = new ArrayList<>();
    try {
      for (JsonNode copy : client.get("replication-service", "/api/v1/replication")) {
        locks.add(
            new LockStatus(
                copy.path("source").asText(),
                copy.path("region").asText(),
                copy.path("lock").asText()));
      }
    } catch (CliException e) {
      // That it does not answer is among the reasons already.
      return List.of();
    }
    return List.copyOf(locks);
  }

  private static Optional<String> differing(SourceStatus source) {
    return source
        .proof
        .filter(proof -> proof.outcome.equals("differs"))
        .map(
            proof ->
                "the vault does not hold what source "
                    + source.id
                    + " held at "
                    + proof.readAt
                    + ": "
                    + proof.detail);
  }

  private static Optional<String> unprotected(SourceStatus source) {
    if (!source.state.equals("streaming")) {
      return Optional.of(
          "source "
              + source.id
              + " is "
              + source.state
              + (source.detail.isEmpty() ? "" : ": " + source.detail));
    }
    return source.regions.stream()
        .filter(region -> region.primary && region.rpoSeconds.isEmpty())
        .findFirst()
        .map(
            region ->
                "source "
                    + source.id
                    + " cannot be restored from "
                    + region.region
                    + ": "
                    + region.reason.orElse("no reason given"));
  }

  private static ServiceStatus ask(ServiceClient client, String name, String url) {
    try {
      ServiceClient.Answer answer = client.ask(name, "/q/health/ready");
      return answer.status() == 200
          ? new ServiceStatus(name, url, true, Optional.empty())
          : new ServiceStatus(name, url, false, Optional.of(failedChecks(answer)));
    } catch (CliException e) {
      return new ServiceStatus(name, url, false, Optional.ofNullable(e.getMessage()));
    }
  }

  /** The checks of a MicroProfile health document that are not up, with what they say. */
  private static String failedChecks(ServiceClient.Answer answer) {
    JsonNode document;
    try {
      document = Json.tree(answer.body(), "health");
    } catch (CliException e) {
      document = JsonNodeFactory.instance.objectNode();
    }
    StringJoiner failed = new StringJoiner("; ");
    for (JsonNode check : document.path("checks")) {
      if (!check.path("status").asText().equals("UP")) {
        StringJoiner data = new StringJoiner(", ");
        check
            .path("data")
            .properties()
            .forEach(one -> data.add(one.getKey() + ": " + one.getValue().asText()));
        failed.add(check.path("name").asText() + (data.length() == 0 ? "" : " (" + data + ")"));
      }
    }
    return failed.length() == 0 ? "status " + answer.status() : failed.toString();
  }

  /** With the first region; any other works as well. */
  private static Optional<String> breakGlass(Installation installation) {
    return installation.regions().stream()
        .findFirst()
        .flatMap(
            region ->
                installation
                    .identityFile()
                    .map(
                        identity ->
                            credentials(installation, region)
                                + "holdfast restore --latest --vault '"
                                + region.vaultUrl()
                                + "' --identity "
                                + identity
                                + " --into 'jdbc:postgresql://<host>:<port>/<new database>?user=<user>'"));
  }

  private static String credentials(Installation installation, Installation.Region region) {
    return installation
            .awsCredentialsFile()
            .map(file -> "AWS_SHARED_CREDENTIALS_FILE=" + file + " ")
            .orElse("")
        + region.profile().map(profile -> "AWS_PROFILE=" + profile + " ").orElse("");
  }
}
