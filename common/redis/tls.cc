#include "common/redis/tls.h"

#include <hiredis/hiredis.h>

// HOTSPOT_REDIS_TLS: the build found hiredis_ssl and OpenSSL.
#if defined(HOTSPOT_REDIS_TLS) && HIREDIS_MAJOR >= 1
#define HOTSPOT_TLS_IS_BUILT_IN 1
#include <hiredis/hiredis_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "common/files/regular_file.h"
#else
#define HOTSPOT_TLS_IS_BUILT_IN 0
#endif

namespace hotspot::redis {

bool tls_is_built_in() { return HOTSPOT_TLS_IS_BUILT_IN != 0; }

#if HOTSPOT_TLS_IS_BUILT_IN

namespace {

struct ContextFreer {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct SslFreer {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using ContextPointer = std::unique_ptr<SSL_CTX, ContextFreer>;
using SslPointer = std::unique_ptr<SSL, SslFreer>;

std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return reason != nullptr ? reason : "no reason was given";
}

std::string load_files(SSL_CTX* context, const Tls& tls) {
  for (const auto& [what, path] :
       {std::pair{"the CA file ", &tls.ca_file}, std::pair{"the certificate ", &tls.certificate_file},
        std::pair{"the key ", &tls.key_file}}) {
    if (path->empty()) continue;
    if (std::string wrong = files::why_not_readable(*path); !wrong.empty()) return what + wrong;
  }
  ERR_clear_error();
  const int trusted = tls.ca_file.empty() ? SSL_CTX_set_default_verify_paths(context)
                                          : SSL_CTX_load_verify_locations(context, tls.ca_file.c_str(), nullptr);
  if (trusted != 1) return "the CA file " + tls.ca_file + " cannot be used: " + openssl_reason();
  if (tls.certificate_file.empty()) return "";
  if (SSL_CTX_use_certificate_chain_file(context, tls.certificate_file.c_str()) != 1)
    return "the certificate " + tls.certificate_file + " cannot be used: " + openssl_reason();
  const bool taken = SSL_CTX_use_PrivateKey_file(context, tls.key_file.c_str(), SSL_FILETYPE_PEM) == 1;
  const bool is_of_another = !taken && ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
  if (is_of_another || (taken && SSL_CTX_check_private_key(context) != 1)) {
    ERR_clear_error();
    return "the key " + tls.key_file + " does not belong to the certificate " + tls.certificate_file;
  }
  if (!taken) return "the key " + tls.key_file + " cannot be used: " + openssl_reason();
  return "";
}

// The name that the certificate must match; an IP address is compared with the certificate's addresses.
bool expect_name(SSL* ssl, const std::string& name) {
  X509_VERIFY_PARAM* expected = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, name.c_str()) == 1) return true;
  ERR_clear_error();
  return X509_VERIFY_PARAM_set1_host(expected, name.c_str(), name.size()) == 1 &&
         SSL_set_tlsext_host_name(ssl, name.c_str()) == 1;
}

std::string handshake_problem(SSL* ssl, const std::string& name) {
  const long verified = SSL_get_verify_result(ssl);
  if (verified != X509_V_OK)
    return std::string("its certificate is not accepted: ") + X509_verify_cert_error_string(verified) +
           " (expected the name '" + name + "')";
  return "the TLS handshake failed: " + openssl_reason();
}

// hiredis has begun the handshake; on a non-blocking socket the caller has to drive it to its end.
std::string finish_handshake(SSL* ssl, const std::string& name, const std::function<bool(short events)>& wait) {
  for (;;) {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl);
    if (done == 1) return "";
    const int wants = SSL_get_error(ssl, done);
    if (wants == SSL_ERROR_SYSCALL && ERR_peek_error() == 0) return "it closed the connection in the TLS handshake";
    if (wants != SSL_ERROR_WANT_READ && wants != SSL_ERROR_WANT_WRITE) return handshake_problem(ssl, name);
    if (!wait(wants == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT)) return "";
  }
}

}  // namespace

std::string start_tls(redisContext& context, const Tls& tls, const std::string& host,
                      const std::function<bool(short events)>& wait) {
  const ContextPointer shared(SSL_CTX_new(TLS_client_method()));
  if (!shared) return "TLS cannot be set up: " + openssl_reason();
  SSL_CTX_set_min_proto_version(shared.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(shared.get(), SSL_VERIFY_PEER, nullptr);
  if (std::string problem = load_files(shared.get(), tls); !problem.empty()) return problem;
  SslPointer ssl(SSL_new(shared.get()));
  const std::string& name = tls.server_name.empty() ? host : tls.server_name;
  if (!ssl || !expect_name(ssl.get(), name)) return "TLS cannot be set up: " + openssl_reason();
  if (redisInitiateSSL(&context, ssl.get()) != REDIS_OK) return handshake_problem(ssl.get(), name);
  SSL* const handed_over = ssl.release();  // hiredis frees it with the context
  return finish_handshake(handed_over, name, wait);
}

#else

std::string start_tls(redisContext&, const Tls&, const std::string&, const std::function<bool(short events)>&) {
  return "TLS needs hiredis 1.0 or later";
}

#endif

}  // namespace hotspot::redis
