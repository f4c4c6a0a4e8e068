#include "actuator/io/graphite/http_post.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>

#include "common/text/visible.h"

namespace hotspot::io {
namespace {

constexpr std::size_t kMostAnswerBytes = 64u << 10;  // of its headers, and of its body

std::int64_t steady_ms() {
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::size_t count_bytes(char*, std::size_t size, std::size_t count, void* left) {
  auto& room = *static_cast<std::size_t*>(left);
  if (size * count > room) return 0;
  room -= size * count;
  return size * count;
}

PostFate fate_of_status(long status) {
  if (status >= 200 && status < 300) return PostFate::kTaken;
  if (status == 504) return PostFate::kUnknown;  // from a proxy: the server behind it did not answer
  if (status >= 500 && status != 502 && status != 503) return PostFate::kFailed;
  const bool of_the_address = status >= 500 || status < 400 || status == 401 || status == 403 || status == 404 ||
                              status == 405 || status == 407 || status == 429;
  return of_the_address ? PostFate::kRefused : PostFate::kWrong;
}

std::string words_of_status(long status) {
  std::string words = "the answer is " + std::to_string(status);
  if (status < 400) return words + ": it sends elsewhere; the address itself has to be written";
  if (status == 401) return words + ": it asks for a name and a password that it knows";
  if (status == 404) return words + ": there is no graphite-web at this path";
  return words;
}

}  // namespace

struct HttpPost::Transfer {
  Transfer() : easy(curl_easy_init()) { message.fill('\0'); }
  ~Transfer() {
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* easy;
  curl_slist* headers = nullptr;
  std::size_t header_room = kMostAnswerBytes, body_room = kMostAnswerBytes;
  std::array<char, CURL_ERROR_SIZE> message;
};

HttpPost::HttpPost(HttpPostOptions options)
    : options_(std::move(options)), multi_(nullptr), hurry_until_ms_(std::numeric_limits<std::int64_t>::max()) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready == CURLE_OK) multi_ = curl_multi_init();
}

HttpPost::~HttpPost() { curl_multi_cleanup(multi_); }

void HttpPost::hurry(Milliseconds most) {
  hurry_until_ms_ = steady_ms() + most.count();
  curl_multi_wakeup(multi_);
}

void HttpPost::set_up(Transfer& transfer, const std::string& password) {
  CURL* easy = transfer.easy;
  curl_easy_setopt(easy, CURLOPT_URL, options_.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // shutdown does not wait for name resolution
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_limit.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.limit.count()));
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.message.data());
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, count_bytes);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer.header_room);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, count_bytes);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer.body_room);
  transfer.headers = curl_slist_append(transfer.headers, "Content-Type: application/json");
  transfer.headers = curl_slist_append(transfer.headers, "Expect:");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "hotspotd");
  if (!options_.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
  if (options_.user.empty()) return;
  curl_easy_setopt(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
  curl_easy_setopt(easy, CURLOPT_USERNAME, options_.user.c_str());
  curl_easy_setopt(easy, CURLOPT_PASSWORD, password.c_str());
}

// Like curl_easy_perform(), but hurry() can shorten it.
int HttpPost::carry_out(Transfer& transfer) {
  curl_multi_add_handle(multi_, transfer.easy);
  int running = 1, left = 0, result = CURLE_OPERATION_TIMEDOUT;
  while (curl_multi_perform(multi_, &running) == CURLM_OK && running > 0) {
    const std::int64_t rest = hurry_until_ms_ - steady_ms();
    if (rest <= 0) break;
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(std::min<std::int64_t>(rest, 1000)), nullptr);
  }
  while (const CURLMsg* told = curl_multi_info_read(multi_, &left))
    if (told->msg == CURLMSG_DONE) result = told->data.result;
  curl_multi_remove_handle(multi_, transfer.easy);
  return result;
}

PostOutcome HttpPost::judge(const Transfer& transfer, int result) const {
  long status = 0, sent = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(transfer.easy, CURLINFO_REQUEST_SIZE, &sent);
  if (status >= 200) {
    const PostFate fate = fate_of_status(status);
    return {fate, fate == PostFate::kTaken ? "" : words_of_status(status)};
  }
  const std::string why =
      transfer.message[0] != '\0' ? transfer.message.data() : curl_easy_strerror(static_cast<CURLcode>(result));
  if (sent == 0) return {PostFate::kNotSent, text::visible(why)};
  if (result == CURLE_OPERATION_TIMEDOUT)
    return {PostFate::kUnknown, "no answer within " + std::to_string(options_.limit.count()) + " ms"};
  return {PostFate::kUnknown, "no answer: " + text::visible(why)};
}

PostOutcome HttpPost::post(const std::string& json, const std::string& password) {
  Transfer transfer;
  if (multi_ == nullptr || transfer.easy == nullptr) return {PostFate::kNotSent, "libcurl cannot be used"};
  set_up(transfer, password);
  curl_easy_setopt(transfer.easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(json.size()));
  curl_easy_setopt(transfer.easy, CURLOPT_POSTFIELDS, json.c_str());
  return judge(transfer, carry_out(transfer));
}

}  // namespace hotspot::io
