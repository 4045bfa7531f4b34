/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.proofs;

import java.util.Optional;

/**
 * Where a source stands with proofs of its content.
 *
 * @param last the newest proof that has ended; null when there was none yet
 * @param proven the newest one that found everything equal: up to its position, what the vault
 *     holds is known to be what the source held
 */
public record ProofStanding(Optional<ProofView> last, Optional<ProofView> proven) {}
