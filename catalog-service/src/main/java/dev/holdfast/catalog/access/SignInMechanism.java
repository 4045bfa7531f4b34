/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.access.Account;
import dev.holdfast.model.Secret;
import dev.holdfast.service.Problem;
import dev.holdfast.service.ProblemDocument;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Knows people and programs by the password of an account, or by the cookie of a session. Tokens of
 * an OIDC server are left to the mechanism for them.
 */
@ApplicationScoped
class SignInMechanism implements HttpAuthenticationMechanism {

  private static final String BASIC = "basic ";
  private static final String WWW_AUTHENTICATE = "WWW-Authenticate";
  private static final String RETRY_AFTER = "Retry-After";
  private static final String REFUSAL = SignInRefusedException.class.getName();

  private final Accounts accounts;
  private final Sessions sessions;
  private final ObjectMapper json;

  SignInMechanism(Accounts accounts, Sessions sessions, ObjectMapper json) {
    this.accounts = accounts;
    this.sessions = sessions;
    this.json = json;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext request, IdentityProviderManager manager) {
    String authorization = request.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (authorization != null) {
      return authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())
          ? basic(request, authorization.substring(BASIC.length()).strip())
          : Uni.createFrom().nullItem();
    }
    Cookie cookie = request.request().getCookie(SessionResource.COOKIE);
    return cookie == null
        ? Uni.createFrom().nullItem()
        : sessions
            .find(cookie.getValue())
            .map(found -> found.map(SignInMechanism::identity).orElse(null));
  }

  private Uni<SecurityIdentity> basic(RoutingContext request, String credentials) {
    Uni<Account> account;
    try {
      String[] parts = new String(Base64.getDecoder().decode(credentials), UTF_8).split(":", 2);
      account =
          parts.length == 2
              ? accounts.signIn(
                  parts[0], new Secret(parts[1]), request.request().remoteAddress().hostAddress())
              : Uni.createFrom().failure(SignInRefusedException.wrong());
    } catch (IllegalArgumentException e) {
      account = Uni.createFrom().failure(SignInRefusedException.wrong());
    }
    return account
        .map(SignInMechanism::identity)
        .onFailure(SignInRefusedException.class)
        .transform(
            e -> {
              request.put(REFUSAL, e);
              return new AuthenticationFailedException(e);
            });
  }

  private static SecurityIdentity identity(Account account) {
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(new QuarkusPrincipal(account.name()))
        .addRoles(account.allowed())
        .build();
  }

  /**
   * Asks nobody for a password by the header that browsers know: they would show a form of their
   * own over the pages.
   */
  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext request) {
    return Uni.createFrom()
        .item(
            new ChallengeData(
                problem(request).status(), WWW_AUTHENTICATE, AccessProblems.CHALLENGE));
  }

  @Override
  public Uni<Boolean> sendChallenge(RoutingContext request) {
    Problem problem = problem(request);
    HttpServerResponse response =
        request
            .response()
            .setStatusCode(problem.status())
            .putHeader(WWW_AUTHENTICATE, AccessProblems.CHALLENGE)
            .putHeader(HttpHeaders.CONTENT_TYPE, ProblemDocument.MEDIA_TYPE);
    Optional.<@Nullable SignInRefusedException>ofNullable(request.get(REFUSAL))
        .flatMap(SignInRefusedException::retryAfter)
        .ifPresent(wait -> response.putHeader(RETRY_AFTER, Long.toString(wait.toSeconds())));
    Buffer body = body(problem);
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    if (request.request().method() != HttpMethod.HEAD) {
      // Whoever called ends the response.
      response.write(body);
    }
    return Uni.createFrom().item(true);
  }

  private static Problem problem(RoutingContext request) {
    @Nullable SignInRefusedException refused = request.get(REFUSAL);
    return refused == null ? AccessProblems.notSignedIn() : refused.problem();
  }

  private Buffer body(Problem problem) {
    try {
      return Buffer.buffer(json.writeValueAsBytes(problem.document()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a problem document is plain JSON", e);
    }
  }

  /** Before the mechanism for tokens, so that who sends nothing gets this one's answer. */
  @Override
  public int getPriority() {
    return 2 * DEFAULT_PRIORITY;
  }
}
