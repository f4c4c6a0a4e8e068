#include "actuator/daemon/heap.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace hotspot::daemon {
namespace {

// This process's own memory; -1: the kernel does not say.
long own_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("RssAnon:")) continue;
    long kib = -1;
    std::istringstream(line.substr(line.find(':') + 1)) >> kib;
    return kib;
  }
  return -1;
}

TEST(Heap, WhatABurstNeededIsGivenBackThoughSomeOfItIsStillInUse) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
  GTEST_SKIP() << "another allocator";
#endif
  constexpr std::size_t kBlocks = 20'000, kBytes = 4096, kKept = 200;
  std::vector<std::unique_ptr<char[]>> blocks(kBlocks);
  std::thread([&] {
    for (auto& block : blocks) {
      block = std::make_unique<char[]>(kBytes);
      std::memset(block.get(), 1, kBytes);
    }
  }).join();
  for (std::size_t i = 0; i < kBlocks; ++i)
    if (i % kKept != kKept - 1) blocks[i].reset();
  const long before = own_kib();
  give_back_heap();
  const long after = own_kib();
  EXPECT_LT(after, before - 40 * 1024) << before << " KiB before, " << after << " after";
}

}  // namespace
}  // namespace hotspot::daemon
