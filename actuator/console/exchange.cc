#include "actuator/console/exchange.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string_view>

namespace hotspot::console {
namespace {

std::string header(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

std::string address_of(MHD_Connection* connection) {
  const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == nullptr || info->client_addr == nullptr) return "";
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (info->client_addr->sa_family == AF_INET)
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(info->client_addr)->sin_addr, text.data(), text.size());
  else if (info->client_addr->sa_family == AF_INET6)
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(info->client_addr)->sin6_addr, text.data(), text.size());
  return text.data();
}

std::optional<std::string> bearer_of(const std::string& authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.empty()) return std::nullopt;
  if (strncasecmp(authorization.c_str(), kScheme.data(), kScheme.size()) != 0) return "";
  return authorization.substr(kScheme.size());
}

void release(void* shared) { delete static_cast<std::shared_ptr<const std::string>*>(shared); }

MHD_Response* response_of(const Reply& reply) {
  if (reply.body == nullptr) return MHD_create_response_from_buffer(0, nullptr, MHD_RESPMEM_PERSISTENT);
  auto* kept = new std::shared_ptr<const std::string>(reply.body);
  MHD_Response* response = MHD_create_response_from_buffer_with_free_callback_cls(
      reply.body->size(), const_cast<char*>(reply.body->data()), &release, kept);
  if (response == nullptr) delete kept;
  return response;
}

}  // namespace

std::size_t OpenStream::take(char* into, std::size_t most) {
  if (text == nullptr || sent == text->size()) {
    EventLog::Read read = events->at(place);
    if (read.lost) read = {std::make_shared<const std::string>(event_text("gap", "{}")), events->end(), false};
    place = read.next;
    text = std::move(read.text);
    sent = 0;
  }
  if (text == nullptr) return 0;
  const std::size_t bytes = std::min(most, text->size() - sent);
  std::memcpy(into, text->data() + sent, bytes);
  sent += bytes;
  return bytes;
}

bool OpenStream::has_news() const { return place != events->end(); }

Inbox::Inbox() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
Inbox::~Inbox() {
  if (fd_ >= 0) close(fd_);
}

void Inbox::put(std::uint64_t exchange, Reply reply) {
  {
    const std::lock_guard lock(mutex_);
    replies_.emplace_back(exchange, std::move(reply));
  }
  wake();
}

void Inbox::wake() { eventfd_write(fd_, 1); }

std::vector<std::pair<std::uint64_t, Reply>> Inbox::take() {
  eventfd_t count = 0;
  eventfd_read(fd_, &count);
  const std::lock_guard lock(mutex_);
  return std::exchange(replies_, {});
}

Request request_of(const Exchange& exchange, const std::string& method, const std::string& cookie_name) {
  MHD_Connection* connection = exchange.connection;
  const char* cookie = MHD_lookup_connection_value(connection, MHD_COOKIE_KIND, cookie_name.c_str());
  return {.method = method,
          .target = target_from_string(exchange.target),
          .address = address_of(connection),
          .bearer = bearer_of(header(connection, MHD_HTTP_HEADER_AUTHORIZATION)),
          .cookie = cookie == nullptr ? "" : cookie,
          .csrf = header(connection, "X-CSRF-Token"),
          .content_type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE),
          .idempotency_key = header(connection, "Idempotency-Key"),
          .last_event_id = header(connection, "Last-Event-ID"),
          .if_none_match = header(connection, MHD_HTTP_HEADER_IF_NONE_MATCH),
          .body = exchange.body};
}

std::optional<std::uint64_t> announced_length(MHD_Connection* connection) {
  const std::string text = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return length;
}

void add_headers(MHD_Response* response, const Reply& reply, const std::vector<std::string>& headers) {
  for (std::size_t i = 0; i + 1 < headers.size(); i += 2)
    MHD_add_response_header(response, headers[i].c_str(), headers[i + 1].c_str());
  if (reply.status != 204 && reply.status != 304)
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply.type.c_str());
  bool has_cache_rule = false;
  for (const auto& [name, value] : reply.headers) {
    MHD_add_response_header(response, name.c_str(), value.c_str());
    has_cache_rule = has_cache_rule || name == MHD_HTTP_HEADER_CACHE_CONTROL;
  }
  if (!has_cache_rule) MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}

MHD_Result queue(MHD_Connection* connection, const Reply& reply, const std::vector<std::string>& headers) {
  MHD_Response* response = response_of(reply);
  if (response == nullptr) return MHD_NO;
  add_headers(response, reply, headers);
  const MHD_Result queued = MHD_queue_response(connection, static_cast<unsigned>(reply.status), response);
  MHD_destroy_response(response);
  return queued;
}

}  // namespace hotspot::console
