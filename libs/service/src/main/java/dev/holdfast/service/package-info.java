/** What every service has: regions and sources from configuration, problem documents, defaults. */
@NullMarked
package dev.holdfast.service;

import org.jspecify.annotations.NullMarked;
