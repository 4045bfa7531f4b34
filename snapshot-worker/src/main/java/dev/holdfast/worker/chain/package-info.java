/** What the worker knows of, and adds to, a source's chain of manifests. */
@NullMarked
package dev.holdfast.worker.chain;

import org.jspecify.annotations.NullMarked;
