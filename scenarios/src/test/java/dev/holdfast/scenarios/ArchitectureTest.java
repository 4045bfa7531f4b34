/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scenarios;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What may depend on what, over the classes of all modules. */
class ArchitectureTest {

  private static final Set<String> SERVICES =
      Set.of("catalog", "monitor", "recovery", "replication", "scheduler", "worker");

  private static final String STORE = "dev.holdfast.vault.store.ObjectStore";

  private static final String[] PLAIN = {
    "dev.holdfast.model..",
    "dev.holdfast.access..",
    "dev.holdfast.events..",
    "dev.holdfast.vault..",
    "dev.holdfast.postgres..",
    "dev.holdfast.cli.."
  };

  /** Rules and states without a framework: time is an argument, outcomes are values. */
  private static final String[] CORES = {
    "dev.holdfast.catalog.core..",
    "dev.holdfast.monitor.trigger..",
    "dev.holdfast.monitor.verdict..",
    "dev.holdfast.recovery.procedure..",
    "dev.holdfast.recovery.run..",
    "dev.holdfast.scheduler.policy..",
    "dev.holdfast.scheduler.run.."
  };

  private static JavaClasses everything;

  @BeforeAll
  static void readAllModules() throws IOException {
    Path home = Path.of(System.getProperty("holdfast.home", "..")).toAbsolutePath().normalize();
    try (Stream<Path> modules = Stream.concat(Files.list(home), Files.list(home.resolve("libs")))) {
      List<Path> folders =
          modules
              .filter(module -> Files.exists(module.resolve("pom.xml")))
              .map(module -> module.resolve("target/classes"))
              .filter(Files::isDirectory)
              .toList();
      everything = new ClassFileImporter().importPaths(folders);
    }
  }

  @Test
  void everyServiceIsLookedAt() {
    Set<String> seen =
        everything.stream()
            .map(each -> each.getPackageName().split("\\."))
            .filter(parts -> parts.length > 2)
            .map(parts -> parts[2])
            .filter(SERVICES::contains)
            .collect(Collectors.toSet());
    assertThat(seen).isEqualTo(SERVICES);
    for (String core : CORES) {
      assertThat(everything.that(resideInAnyPackage(core))).as(core).isNotEmpty();
    }
  }

  @Test
  void servicesKnowNothingOfEachOther() {
    slices()
        .assignedFrom(
            new SliceAssignment() {
              @Override
              public SliceIdentifier getIdentifierOf(JavaClass each) {
                String[] parts = each.getPackageName().split("\\.");
                return parts.length > 2
                        && parts[1].equals("holdfast")
                        && SERVICES.contains(parts[2])
                    ? SliceIdentifier.of(parts[2])
                    : SliceIdentifier.ignore();
              }

              @Override
              public String getDescription() {
                return "services";
              }
            })
        .should()
        .notDependOnEachOther()
        .check(everything);
  }

  @Test
  void plainLibrariesKnowNoFramework() {
    noClasses()
        .that()
        .resideInAnyPackage(PLAIN)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.quarkus..", "io.smallrye..", "jakarta..", "io.vertx..", "org.apache.kafka..")
        .check(everything);
  }

  /** Their credentials may put, get and list, and need no more. */
  @Test
  void whoWritesAndCopiesBackupsDeletesNothing() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.holdfast.worker..", "dev.holdfast.replication..")
        .and()
        .areNotAssignableTo(STORE)
        .should()
        .callMethod(STORE, "delete", "dev.holdfast.vault.store.ObjectKey")
        .check(everything);
    noClasses()
        .that()
        .haveSimpleNameStartingWith("VaultWriter")
        .or()
        .haveSimpleNameStartingWith("VaultCopier")
        .or()
        .haveSimpleNameStartingWith("Parted")
        .or()
        .haveSimpleName("StoredObjects")
        .should()
        .callMethod(STORE, "delete", "dev.holdfast.vault.store.ObjectKey")
        .check(everything);
  }

  @Test
  void coresArePure() {
    noClasses()
        .that()
        .resideInAnyPackage(CORES)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.quarkus..",
            "io.smallrye..",
            "io.vertx..",
            "jakarta..",
            "org.hibernate..",
            "org.apache.kafka..",
            "java.sql..")
        .check(everything);
  }

  @Test
  void encryptionAndObjectStoresAreTheVaultsAlone() {
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    // S3 servers for tests and the embedded default are no clients of a vault, nor
                    // is the KMS that tests have. Passwords of accounts open no vault.
                    "dev.holdfast.vault..",
                    "dev.holdfast.access..",
                    "dev.holdfast.embedded..",
                    "dev.holdfast.testkit..",
                    "dev.holdfast.bench..")))
        .and()
        .resideInAPackage("dev.holdfast..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("javax.crypto..", "org.bouncycastle..", "software.amazon..")
        .check(everything);
  }

  @Test
  void consumersAreSeenByNobodyAndTouchNoDatabase() {
    classes()
        .that(simpleNameEndingWith("Consumer"))
        .and()
        .resideInAPackage("dev.holdfast..")
        .and()
        .areTopLevelClasses()
        .should()
        .notHaveModifier(JavaModifier.PUBLIC)
        .check(everything);
    noClasses()
        .that(simpleNameEndingWith("Consumer"))
        .and()
        .resideInAPackage("dev.holdfast..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jakarta.persistence..", "org.hibernate..", "io.quarkus.hibernate..")
        .check(everything);
  }

  @Test
  void namesSayWhatAClassIs() {
    noClasses()
        .that()
        .resideInAPackage("dev.holdfast..")
        .should()
        .haveSimpleNameEndingWith("Impl")
        .orShould()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Dto")
        .check(everything);
  }
}
