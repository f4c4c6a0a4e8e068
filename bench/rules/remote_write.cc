// The data of the bench `rules` as bodies of Prometheus remote-write requests, one after the other on stdout, each
// behind its length (8 bytes, little endian).
//
//   bench_rules_remote_write DOMAINS NODES END_MS
//
// The body is a protobuf WriteRequest (prompb/remote.proto) in snappy's block format, of literals alone.
#include <algorithm>
#include <cstring>
#include <iostream>

#include "bench/rules/world.h"

namespace {

using namespace hotspot::bench;

constexpr std::size_t kSeriesInARequest = 2000;

void varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7f) | 0x80);
  out += static_cast<char>(value);
}

void field(std::string& out, int number, const std::string& bytes) {
  varint(out, static_cast<std::uint64_t>(number << 3 | 2));
  varint(out, bytes.size());
  out += bytes;
}

void label(std::string& out, const std::string& name, const std::string& value) {
  std::string pair;
  field(pair, 1, name);
  field(pair, 2, value);
  field(out, 1, pair);
}

void sample(std::string& out, double value, std::int64_t time_ms) {
  std::string body(1, '\x09');
  body.append(reinterpret_cast<const char*>(&value), sizeof value);
  body += '\x10';
  varint(body, static_cast<std::uint64_t>(time_ms));
  field(out, 2, body);
}

class Requests {
 public:
  void add(const std::string& series) {
    field(request_, 1, series);
    if (++series_ == kSeriesInARequest) send();
  }
  void send() {
    if (series_ == 0) return;
    std::string body;
    varint(body, request_.size());
    for (std::size_t at = 0; at < request_.size(); at += 65536) {
      const std::size_t length = std::min<std::size_t>(65536, request_.size() - at);
      body += '\xf4';  // a literal whose length less one is in the next two bytes
      body += static_cast<char>((length - 1) & 0xff);
      body += static_cast<char>((length - 1) >> 8);
      body.append(request_, at, length);
    }
    const std::uint64_t size = body.size();
    std::cout.write(reinterpret_cast<const char*>(&size), sizeof size);
    std::cout.write(body.data(), static_cast<std::streamsize>(body.size()));
    request_.clear();
    series_ = 0;
  }

 private:
  std::string request_;
  std::size_t series_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) return 2;
  const std::size_t domains = std::stoul(arguments[1]), nodes = std::stoul(arguments[2]);
  const std::int64_t end = std::stoll(arguments[3]);
  Requests requests;
  for (std::size_t domain = 0; domain < domains; ++domain) {
    for (std::size_t metric = 0; metric < kMetrics.size(); ++metric) {
      std::string series;
      label(series, "__name__", kMetrics[metric]);
      label(series, "domain", domain_name(domain));
      label(series, "node", node_name(domain % nodes));
      for (int i = kSamples; i >= 0; --i) {
        sample(series, domain_value(domain, metric, end - i * kStepMs), end - i * kStepMs);
      }
      requests.add(series);
    }
  }
  for (std::size_t node = 0; node < nodes; ++node) {
    std::string series;
    label(series, "__name__", "node_cpu_ratio");
    label(series, "node", node_name(node));
    for (int i = kSamples; i >= 0; --i) sample(series, node_value(node, end - i * kStepMs), end - i * kStepMs);
    requests.add(series);
  }
  requests.send();
}
