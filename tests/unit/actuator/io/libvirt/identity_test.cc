// What is read of a host's capabilities, whoever may have written them.
#include "actuator/io/libvirt/identity.h"

#include <gtest/gtest.h>

namespace hotspot::io {
namespace {

constexpr const char* kUuid = "4c4c4544-0042-3510-8053-b4c04f4d3132";

std::string capabilities(const std::string& host, const std::string& guest = "") {
  return "<capabilities>" + host + "<guest>" + guest + "</guest></capabilities>";
}

TEST(HostUuid, IsTheHostsAloneWhateverElseIsCalledSo) {
  const auto uuid = host_uuid_in(capabilities(
      std::string("<host><!-- <uuid>x</uuid> --><cpu><uuid>y</uuid></cpu><uuid>") + kUuid + "</uuid></host>",
      "<uuid>z</uuid>"));
  ASSERT_TRUE(uuid) << uuid.error().message;
  EXPECT_EQ(*uuid, kUuid);
}

TEST(HostUuid, IsOneHoweverItIsWritten) {
  const auto upper = host_uuid_in(capabilities("<host><uuid>4C4C4544-0042-3510-8053-B4C04F4D3132</uuid></host>"));
  ASSERT_TRUE(upper) << upper.error().message;
  EXPECT_EQ(*upper, kUuid);
}

TEST(HostUuid, IsEmptyWhereTheDriverHasNone) {
  EXPECT_EQ(*host_uuid_in(capabilities("<host/>", "<uuid>z</uuid>")), "");
  EXPECT_EQ(*host_uuid_in(capabilities("")), "");
}

TEST(HostUuid, IsNotTakenFromWhatIsNoXmlOrNoUuid) {
  const auto cut = host_uuid_in(std::string("<capabilities><host><uuid>") + kUuid);
  ASSERT_FALSE(cut);
  EXPECT_NE(cut.error().message.find("no XML"), std::string::npos) << cut.error().message;
  for (const std::string text : {"h1", "4c4c4544-0042-3510-8053-b4c04f4d313", "4c4c4544-0042-3510-8053-b4c04f4d313x",
                                 "4c4c454400042-3510-8053-b4c04f4d3132", "\x1b[31m"}) {
    EXPECT_FALSE(host_uuid_in(capabilities("<host><uuid>" + text + "</uuid></host>"))) << text;
  }
}

}  // namespace
}  // namespace hotspot::io
