/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.events.RecoveryCommand.Moment;
import dev.holdfast.events.RecoveryCommand.Order;
import dev.holdfast.events.RecoveryCommand.Scope;
import dev.holdfast.model.PointName;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.search.TransactionTarget;
import dev.holdfast.recovery.store.RunJson;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RestoreOrderTest {

  private static final Instant AT = Instant.parse("2026-11-01T12:00:00Z");

  @Test
  void oneThatAnOlderVersionStoredIsReadAsItWasMeant() {
    RestoreOrder order =
        RunJson.parse(
            """
            {"target": {"toTime": null, "toLsn": "0/1"}, "into": "jdbc:postgresql://h/d",
             "credentials": "default", "region": null}
            """,
            RestoreOrder.class);
    assertThat(order.scope()).isEqualTo(Scope.WHOLE);
    assertThat(order.toPoint()).isEmpty();
    assertThat(order.transaction()).isEmpty();
    assertThat(order.exceptXid()).isEmpty();
  }

  @Test
  void everyMomentOfACommandIsKeptAndReadBack() {
    for (Moment moment :
        List.of(
            moment(Optional.of(7L), Optional.empty(), Optional.empty()),
            moment(Optional.empty(), Optional.of(7L), Optional.empty()),
            moment(Optional.empty(), Optional.empty(), Optional.of(new PointName("p"))))) {
      RestoreOrder order =
          RestoreOrder.of(
              new Order(
                  new SourceId("main"),
                  moment,
                  Optional.of(8L),
                  Scope.WHOLE,
                  "jdbc:postgresql://h/d",
                  "default",
                  Optional.of(new RegionId("us-west-2"))),
              AT);
      assertThat(order.toPoint()).isEqualTo(moment.toPoint());
      assertThat(order.transaction())
          .isEqualTo(
              moment
                  .toXid()
                  .map(xid -> new TransactionTarget(xid, true))
                  .or(() -> moment.beforeXid().map(xid -> new TransactionTarget(xid, false))));
      assertThat(RunJson.parse(RunJson.write(order), RestoreOrder.class)).isEqualTo(order);
    }
  }

  private static Moment moment(
      Optional<Long> toXid, Optional<Long> beforeXid, Optional<PointName> toPoint) {
    return new Moment(Optional.empty(), Optional.empty(), toXid, beforeXid, toPoint);
  }
}
