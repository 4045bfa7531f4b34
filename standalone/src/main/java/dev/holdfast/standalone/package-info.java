/**
 * The whole suite on one machine: every server in one folder, each in its own process, one command.
 */
@NullMarked
package dev.holdfast.standalone;

import org.jspecify.annotations.NullMarked;
