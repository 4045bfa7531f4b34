/** What the worker tells over HTTP. */
@NullMarked
package dev.holdfast.worker.api;

import org.jspecify.annotations.NullMarked;
