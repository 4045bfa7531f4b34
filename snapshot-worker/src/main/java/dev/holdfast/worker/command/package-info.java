/** Does what the scheduler asks for, once per backup id, and tells how it ended. */
@NullMarked
package dev.holdfast.worker.command;

import org.jspecify.annotations.NullMarked;
