#include "actuator/sim/scenario.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace hotspot::simulation {
namespace {

// FNV-1a, 64 bits.
std::uint64_t hash_of(const std::string& text, std::uint64_t start) {
  std::uint64_t hash = start;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace

double watts_at(const std::vector<double>& watts, double cpu_ratio) {
  if (watts.empty()) return 0;
  const double at = std::clamp(cpu_ratio, 0.0, 1.0) * static_cast<double>(watts.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(at));
  const std::size_t above = std::min(below + 1, watts.size() - 1);
  return watts[below] + (watts[above] - watts[below]) * (at - static_cast<double>(below));
}

// Version 8 of RFC 9562: the bits are one's own.
std::string uuid_from(const std::string& text) {
  const std::uint64_t a = hash_of(text, 0xcbf29ce484222325), b = hash_of(text, a ^ 0x9e3779b97f4a7c15);
  char out[40];
  std::snprintf(out, sizeof out, "%08x-%04x-8%03x-%04x-%012llx", static_cast<unsigned>(a >> 32),
                static_cast<unsigned>(a >> 16 & 0xffff), static_cast<unsigned>(a & 0xfff),
                static_cast<unsigned>(0x8000 | (b >> 48 & 0x3fff)),
                static_cast<unsigned long long>(b & 0xffffffffffff));
  return out;
}

std::string numbered(const std::string& name, std::size_t number) { return name + std::to_string(number); }

}  // namespace hotspot::simulation
