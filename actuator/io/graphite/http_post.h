// Sends one POST at a time to an address of the operator's, with libcurl.
//
// Each request uses a new connection, so that libcurl never repeats it; redirections are not followed, and proxies in
// the environment are not used; the answer is read up to a limit, and only its status is used. Thread rule: one thread,
// except for hurry().
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "telemetry/units.h"

namespace hotspot::io {

struct HttpPostOptions {
  std::string url;      // http or https
  std::string ca_file;  // PEM; empty: the system's authorities
  std::string user;     // empty: no authentication
  Milliseconds connect_limit{2000};
  Milliseconds limit{5000};  // for the whole request, including name resolution and TLS
};

enum class PostFate {
  kTaken,    // the answer was 2xx
  kNotSent,  // it was not sent
  kRefused,  // this address does not accept such requests: 3xx, 401, 403, 404, 405, 407, 429, 502, 503
  kFailed,   // any other 5xx: possibly only because of this text
  kWrong,    // any other 4xx: this text is not accepted
  kUnknown,  // it was sent, but there was no answer
};

struct PostOutcome {
  PostFate fate = PostFate::kNotSent;
  std::string problem;  // a sentence, without the address; empty: accepted
};

class HttpPost {
 public:
  explicit HttpPost(HttpPostOptions options);
  ~HttpPost();
  HttpPost(const HttpPost&) = delete;
  HttpPost& operator=(const HttpPost&) = delete;

  PostOutcome post(const std::string& json, const std::string& password);
  // From any thread: the request in progress and all later ones end within this time from now.
  void hurry(Milliseconds most);

 private:
  struct Transfer;
  void set_up(Transfer& transfer, const std::string& password);
  int carry_out(Transfer& transfer);
  PostOutcome judge(const Transfer& transfer, int result) const;

  HttpPostOptions options_;
  void* multi_;                               // CURLM
  std::atomic<std::int64_t> hurry_until_ms_;  // on the steady clock
};

}  // namespace hotspot::io
