/** The story of a protected database, told on the embedded default and measured. */
@NullMarked
package dev.holdfast.standalone.demo;

import org.jspecify.annotations.NullMarked;
