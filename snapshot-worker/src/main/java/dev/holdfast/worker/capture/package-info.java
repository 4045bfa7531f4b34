/** Keeps a source captured: decides where to go on, runs the stream, survives what breaks. */
@NullMarked
package dev.holdfast.worker.capture;

import org.jspecify.annotations.NullMarked;
