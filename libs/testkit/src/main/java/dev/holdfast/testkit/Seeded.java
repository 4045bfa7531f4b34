/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.testkit;

import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Gives tests a {@link Random} parameter whose seed is printed when they fail.
 *
 * <p>Use with {@code @ExtendWith(Seeded.class)}; run again with {@code -Dholdfast.seed=…} to repeat
 * a failure.
 */
public final class Seeded implements ParameterResolver, TestWatcher {

  private static final Namespace NAMESPACE = Namespace.create(Seeded.class);
  private static final String PROPERTY = "holdfast.seed";

  /**
   * A generator with the given seed, or a fresh one; says which on standard error. For code outside
   * JUnit.
   */
  public static Random announced(String purpose) {
    long seed = seed();
    System.err.println(
        purpose + " uses the seed " + seed + "; repeat with -D" + PROPERTY + "=" + seed);
    return new Random(seed);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Random.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    long seed = seed();
    context.getStore(NAMESPACE).put(context.getUniqueId(), seed);
    return new Random(seed);
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    Optional.ofNullable(context.getStore(NAMESPACE).get(context.getUniqueId(), Long.class))
        .ifPresent(
            seed ->
                System.err.println(
                    context.getDisplayName()
                        + " failed with the seed "
                        + seed
                        + "; repeat with -D"
                        + PROPERTY
                        + "="
                        + seed));
  }

  private static long seed() {
    Long given = Long.getLong(PROPERTY);
    return given != null ? given : System.nanoTime();
  }
}
