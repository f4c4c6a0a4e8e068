#include "telemetry/memory_devices.h"

#include <gtest/gtest.h>

namespace hotspot::telemetry {
namespace {

MemoryDevice device(const std::string& model, std::int64_t size, MeasuredBytes current) {
  MemoryDevice one;
  one.model = model;
  one.size_bytes = size;
  one.current_bytes = current;
  return one;
}

TEST(MemoryDevices, CountWhatVirtioMemHoldsNowAndWhatDimmsAreLarge) {
  const std::vector<MemoryDevice> all{device("virtio-mem", 1000, 300), device("dimm", 128, std::nullopt),
                                      device("virtio-mem", 1000, std::nullopt), device("dimm", 256, std::nullopt),
                                      device("nvdimm", 512, std::nullopt)};
  EXPECT_EQ(plugged_bytes(all), 300) << "what was not told is not there";
  EXPECT_EQ(dimm_bytes(all), 384) << "an nvdimm is storage";
  EXPECT_TRUE(is_virtio_mem(all[0]));
  EXPECT_FALSE(is_virtio_mem(all[1]));
}

}  // namespace
}  // namespace hotspot::telemetry
