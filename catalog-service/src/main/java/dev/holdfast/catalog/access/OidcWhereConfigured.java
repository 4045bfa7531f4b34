/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Leaves OIDC out where no server is named, since Quarkus would not start without one; whoever
 * switches it explicitly is followed.
 */
public final class OidcWhereConfigured implements ConfigSourceInterceptor {

  @Serial private static final long serialVersionUID = 1L;

  private static final String ENABLED = "quarkus.oidc.tenant-enabled";

  @Override
  public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
    ConfigValue value = context.proceed(name);
    if (!name.equals(ENABLED) || (value != null && !isDefault(value))) {
      return value;
    }
    ConfigValue server = context.proceed(AccessStart.OIDC);
    return server == null || server.getValue() == null || server.getValue().isBlank()
        ? ConfigValue.builder().withName(ENABLED).withValue("false").build()
        : value;
  }

  private static boolean isDefault(ConfigValue value) {
    return value.getConfigSourceOrdinal() == Integer.MIN_VALUE;
  }
}
