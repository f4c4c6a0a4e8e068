// One POST at a time to one address of the operator's, by libcurl.
//
// Each in a connection of its own, so that libcurl never sends anything twice; no redirection is followed, no proxy of
// the environment used; what is answered is read up to a bound and thrown away, but for its status. Thread rule: one
// thread, except hurry().
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "telemetry/units.h"

namespace hotspot::io {

struct HttpPostOptions {
  std::string url;      // http or https
  std::string ca_file;  // PEM; empty: the system's authorities
  std::string user;     // empty: without a name and password
  Milliseconds connect_limit{2000};
  Milliseconds limit{5000};  // of all of it, names and TLS included
};

enum class PostFate {
  kTaken,    // the answer was 2xx
  kNotSent,  // it reached nobody
  kRefused,  // the answer says that this address, as it was asked, takes nothing: 3xx, 401, 403, 404, 405, 407, 429,
             // 502, 503
  kFailed,   // any other 5xx: it may be of this text alone
  kWrong,    // any other 4xx: this text is not taken
  kUnknown,  // it was sent, and there was no answer
};

struct PostOutcome {
  PostFate fate = PostFate::kNotSent;
  std::string problem;  // a sentence, without the address; empty: taken
};

class HttpPost {
 public:
  explicit HttpPost(HttpPostOptions options);
  ~HttpPost();
  HttpPost(const HttpPost&) = delete;
  HttpPost& operator=(const HttpPost&) = delete;

  PostOutcome post(const std::string& json, const std::string& password);
  // Any thread: what is under way, and all later, ends within so long from now.
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
