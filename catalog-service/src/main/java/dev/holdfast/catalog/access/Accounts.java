/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.access.Account;
import dev.holdfast.access.PasswordHash;
import dev.holdfast.access.UsersFile;
import dev.holdfast.access.UsersFileException;
import dev.holdfast.catalog.audit.Audit;
import dev.holdfast.catalog.audit.AuditEntry;
import dev.holdfast.catalog.audit.AuditEntry.Outcome;
import dev.holdfast.model.Secret;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The accounts of the users file, as it is now; checks passwords, slowly and not too often. */
@ApplicationScoped
class Accounts {

  private static final Logger LOG = Logger.getLogger(Accounts.class);

  /** Of one name from one address; a person mistypes a few times. */
  private static final int FREE_FAILURES = 5;

  /** Of one address; behind a proxy all people have the same. */
  private static final int FREE_FAILURES_OF_ADDRESS = 50;

  private static final Duration LOOKED_AT_EVERY = Duration.ofSeconds(1);

  /** Programs send their password with every request; hashing it each time would cost too much. */
  private static final Duration BELIEVED_FOR = Duration.ofMinutes(5);

  /** As the operation of the pages is called; programs sign in with every request. */
  static final String SIGN_IN = "signIn";

  private static final int CHECKS_AT_ONCE = 2;
  private static final int CHECKS_WAITING = 32;

  private final Optional<Path> file;
  private final Audit audit;
  private final InstantSource clock;
  private final SignInLimit ofName = new SignInLimit(FREE_FAILURES);
  private final SignInLimit ofAddress = new SignInLimit(FREE_FAILURES_OF_ADDRESS);
  private final PasswordHash nobody = PasswordHash.ofNobody();
  private final byte[] key = new byte[32];
  private final Map<String, Believed> believed = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor checks =
      new ThreadPoolExecutor(
          CHECKS_AT_ONCE,
          CHECKS_AT_ONCE,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(CHECKS_WAITING),
          Thread.ofPlatform().daemon().name("sign-in-", 0).factory());

  private volatile Loaded loaded;

  /** What the file was when it was read; {@code state} of a file that could not be looked at. */
  private record Loaded(UsersFile users, @Nullable State state, Instant lookedAt) {}

  private record State(long modified, long size, @Nullable Object key) {}

  /**
   * @param password hash under a key of this process
   * @param kept what the file said then
   */
  private record Believed(byte[] password, PasswordHash kept, Instant until) {}

  Accounts(AccessConfig config, Audit audit, InstantSource clock) {
    this.file = config.usersFile();
    this.audit = audit;
    this.clock = clock;
    new SecureRandom().nextBytes(key);
    this.loaded = new Loaded(UsersFile.empty(), null, Instant.EPOCH);
  }

  /**
   * Reads the file for the first time.
   *
   * @throws UsersFileException when it cannot be used
   */
  void load() {
    if (file.isPresent()) {
      loaded = new Loaded(UsersFile.read(file.get()), state(), clock.instant());
    }
  }

  /** The account of that name, as the file has it now. */
  Optional<Account> find(String name) {
    return users().find(name);
  }

  /**
   * The account, when the password is its own.
   *
   * @param address where the request came from
   * @return fails with {@link SignInRefusedException}
   */
  Uni<Account> signIn(String name, Secret password, String address) {
    String who = address + " " + name;
    Optional<Duration> wait = left(who, address);
    if (wait.isPresent()) {
      LOG.warnf("sign-in of '%s' from %s refused: too many failed", printable(name), address);
      return Uni.createFrom().failure(SignInRefusedException.tooSoon(wait.get()));
    }
    Optional<Account> account = find(name);
    if (account.filter(known -> isBelieved(known, password)).isPresent()) {
      return Uni.createFrom().item(account.get());
    }
    Uni<Account> checked =
        Uni.createFrom()
            .item(() -> check(name, account, password, who, address))
            .runSubscriptionOn(checks)
            .onFailure(RejectedExecutionException.class)
            .transform(e -> SignInRefusedException.tooSoon(Duration.ofSeconds(1)));
    // What follows belongs to the request again.
    @Nullable Context request = Vertx.currentContext();
    Uni<Account> there =
        request == null
            ? checked
            : checked.emitOn(next -> request.runOnContext(ignored -> next.run()));
    return there
        .onFailure(
            e -> e instanceof SignInRefusedException refused && refused.retryAfter().isEmpty())
        .call(
            () ->
                audit.note(
                    new AuditEntry(
                        UUID.randomUUID(),
                        printable(name),
                        address,
                        SIGN_IN,
                        "session",
                        Outcome.REFUSED,
                        "wrong name or password")));
  }

  private Account check(
      String name, Optional<Account> account, Secret password, String who, String address) {
    // Others that began before the last failure was known must not get through.
    left(who, address)
        .ifPresent(
            wait -> {
              throw SignInRefusedException.tooSoon(wait);
            });
    boolean right = account.map(Account::password).orElse(nobody).matches(password);
    if (!right || account.isEmpty()) {
      ofName.failed(who, clock.instant());
      ofAddress.failed(address, clock.instant());
      LOG.warnf("sign-in of '%s' from %s failed", printable(name), address);
      throw SignInRefusedException.wrong();
    }
    ofName.succeeded(who);
    Account known = account.get();
    believed.put(
        known.name(),
        new Believed(
            hash(known.name(), password), known.password(), clock.instant().plus(BELIEVED_FOR)));
    return known;
  }

  private Optional<Duration> left(String who, String address) {
    Instant now = clock.instant();
    return ofName.wait(who, now).or(() -> ofAddress.wait(address, now));
  }

  private boolean isBelieved(Account account, Secret password) {
    Believed known = believed.get(account.name());
    return known != null
        && known.until.isAfter(clock.instant())
        && known.kept.equals(account.password())
        && MessageDigest.isEqual(known.password, hash(account.name(), password));
  }

  private byte[] hash(String name, Secret password) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(key);
      digest.update(name.getBytes(UTF_8));
      digest.update((byte) 0);
      digest.update(password.reveal().getBytes(UTF_8));
      return digest.digest(key);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private UsersFile users() {
    Loaded now = loaded;
    Instant at = clock.instant();
    if (file.isEmpty() || at.isBefore(now.lookedAt.plus(LOOKED_AT_EVERY))) {
      return now.users;
    }
    State state = state();
    UsersFile users = now.users;
    if (state == null || !state.equals(now.state)) {
      try {
        users = UsersFile.read(file.get());
        LOG.infof("accounts read anew from %s", file.get());
      } catch (UsersFileException e) {
        // Half an edit must lock nobody out; what was valid stays so until the file is again.
        LOG.errorf("%s; the accounts stay as they were. HINT: %s", e.getMessage(), e.hint());
      }
    }
    loaded = new Loaded(users, state, at);
    return users;
  }

  /** What changes when the file does; null where it cannot be looked at. */
  private @Nullable State state() {
    if (file.isEmpty()) {
      return null;
    }
    try {
      BasicFileAttributes found = Files.readAttributes(file.get(), BasicFileAttributes.class);
      return new State(found.lastModifiedTime().toMillis(), found.size(), found.fileKey());
    } catch (IOException e) {
      // Reading it says why.
      return null;
    }
  }

  /** A name as it may stand in a log: nobody writes lines of their own into it. */
  static String printable(String name) {
    String cut = name.length() > 64 ? name.substring(0, 64) : name;
    return cut.replaceAll("[^\\p{Print}]", "?");
  }

  @PreDestroy
  void close() {
    checks.shutdownNow();
  }
}
