#include "common/libvirt/xml.h"

#include <gtest/gtest.h>

#include <limits>

#include "telemetry/units.h"

namespace hotspot::virt {
namespace {

TEST(LibvirtXml, HasMemoryDevicesInKibibytes) {
  pugi::xml_document document;
  document.load_string(
      "<memory model='virtio-mem'><target><size unit='KiB'>1048576</size><block unit='KiB'>2048</block>"
      "<requested unit='KiB'>524288</requested></target><alias name='virtiomem0'/></memory>");
  const telemetry::MemoryDevice device = memory_device_from(document.child("memory"));
  EXPECT_EQ(device.device, "virtiomem0");
  EXPECT_EQ(device.model, "virtio-mem");
  EXPECT_EQ(device.size_bytes, kGibibyte);
  EXPECT_EQ(device.block_bytes, 2 * kMebibyte);
  EXPECT_EQ(device.requested_bytes, 512 * kMebibyte);
  EXPECT_EQ(device.current_bytes, std::nullopt);
}

TEST(LibvirtXml, OfASizeBeyond63BitsHasTheLargest) {
  pugi::xml_document document;
  document.load_string("<maxMemory unit='KiB'>18446744073709551615</maxMemory>");
  EXPECT_EQ(bytes_in(document.child("maxMemory")), std::numeric_limits<std::int64_t>::max() / kKibibyte * kKibibyte);
}

TEST(LibvirtXml, SaysWhichImagesMayBeMissing) {
  for (const auto& [policy, may] :
       {std::pair{"optional", true}, {"requisite", true}, {"mandatory", false}, {"", false}}) {
    pugi::xml_document document;
    document.append_child("source").append_attribute("startupPolicy") = policy;
    EXPECT_EQ(may_be_missing(document.child("source")), may) << policy;
  }
}

TEST(LibvirtXml, IsWrittenAsItWasRead) {
  pugi::xml_document document;
  document.load_string("<cpu mode='custom'><model>EPYC</model></cpu>");
  EXPECT_EQ(text_of(document.child("cpu")), "<cpu mode=\"custom\"><model>EPYC</model></cpu>");
}

}  // namespace
}  // namespace hotspot::virt
