/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoleTest {

  @Test
  void everybodyMayLookAndOnlyAnAdminMayEverything() {
    assertThat(Role.allowed(Set.of("viewer"))).containsExactlyInAnyOrder("viewer");
    assertThat(Role.allowed(Set.of("operator"))).containsExactlyInAnyOrder("viewer", "operator");
    assertThat(Role.allowed(Set.of("approver"))).containsExactlyInAnyOrder("viewer", "approver");
    assertThat(Role.allowed(Set.of("admin"))).containsExactlyInAnyOrderElementsOf(Role.names());
  }

  @Test
  void aNameThatIsNoneOfOursAllowsNothing() {
    assertThat(Role.allowed(List.of("superuser", "Admin", ""))).isEmpty();
  }

  @Test
  void theNamesForAnnotationsAreThoseOfTheRoles() {
    assertThat(Role.names())
        .containsExactly(
            Role.Names.VIEWER, Role.Names.OPERATOR, Role.Names.APPROVER, Role.Names.ADMIN);
  }

  @Test
  void whatIsNoRoleIsNamedWithThoseThatAre() {
    assertThat(Role.parse("operator, approver")).containsExactly(Role.OPERATOR, Role.APPROVER);
    assertThatThrownBy(() -> Role.parse("operator,boss"))
        .hasMessage("'boss' is no role: use viewer, operator, approver, admin");
  }
}
