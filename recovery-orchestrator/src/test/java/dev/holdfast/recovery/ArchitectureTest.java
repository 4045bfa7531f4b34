/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.holdfast.recovery",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule theCoreIsPure =
      noClasses()
          .that()
          .resideInAnyPackage("..recovery.procedure..", "..recovery.run..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta..",
              "io.quarkus..",
              "io.smallrye..",
              "org.hibernate..",
              "java.sql..",
              "java.net.http..",
              "dev.holdfast.recovery.store..",
              "dev.holdfast.recovery.engine..",
              "dev.holdfast.recovery.failover..",
              "dev.holdfast.recovery.restore..",
              "dev.holdfast.recovery.api..");

  @ArchTest
  static final ArchRule consumersOnlyDelegate =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("Consumer")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.recovery.store..",
              "dev.holdfast.recovery.run..",
              "dev.holdfast.recovery.procedure..");

  @ArchTest
  static final ArchRule servicesAreIndependent =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.catalog..",
              "dev.holdfast.worker..",
              "dev.holdfast.scheduler..",
              "dev.holdfast.replication..",
              "dev.holdfast.monitor..");

  @ArchTest
  static final ArchRule nothingActsBehindTheEngine =
      noClasses()
          .that()
          .resideInAPackage("dev.holdfast.recovery.api..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.holdfast.recovery.failover..");
}
