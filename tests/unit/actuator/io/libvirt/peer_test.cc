#include "actuator/io/libvirt/peer.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace hotspot::io {
namespace {

TEST(Peer, IsTheHostAndPortOfAUriOrLibvirtsPort) {
  EXPECT_EQ(peer_of("qemu+tcp://127.0.0.1:4000/system"), (Peer{"127.0.0.1", "4000"}));
  EXPECT_EQ(peer_of("qemu+tcp://h1/system"), (Peer{"h1", "16509"}));
  EXPECT_EQ(peer_of("qemu+tls://admin@h1.example.net/system?no_verify=1"), (Peer{"h1.example.net", "16514"}));
  EXPECT_EQ(peer_of("qemu://h1/system"), (Peer{"h1", "16514"}));
  EXPECT_EQ(peer_of("qemu+tls://[2001:db8::1]:7/system"), (Peer{"2001:db8::1", "7"}));
  EXPECT_EQ(peer_of("qemu+tls://[2001:db8::1]/system"), (Peer{"2001:db8::1", "16514"}));
}

TEST(Peer, IsNoneWhereNoSocketOfOursLeadsToIt) {
  for (const char* uri : {"qemu:///system", "qemu+ssh://h1/system", "qemu+unix:///system", "test:///default", "", "h1"})
    EXPECT_FALSE(peer_of(uri)) << uri;
}

// A listener at 127.0.0.1, and two connections to it.
TEST(Peer, OnlySocketsThatLeadThereAreShutDown) {
  const auto listener = [](sockaddr_in& address) {
    const int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    listen(socket_, 8);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    return socket_;
  };
  const auto client = [](const sockaddr_in& address) {
    const int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return socket_;
  };
  sockaddr_in silent{}, other{};
  const int first = listener(silent), second = listener(other);
  const int hung = client(silent), well = client(other);
  const auto addresses = resolve({"127.0.0.1", std::to_string(ntohs(silent.sin_port))});
  ASSERT_EQ(addresses.size(), 1U);
  EXPECT_EQ(shut_down_sockets_to(addresses), 1);
  char byte = 0;
  EXPECT_EQ(recv(hung, &byte, 1, MSG_DONTWAIT), 0) << "its end";
  EXPECT_EQ(recv(well, &byte, 1, MSG_DONTWAIT), -1) << "it stands, and has nothing to say";
  EXPECT_EQ(shut_down_sockets_to({}), 0);
  for (const int one : {first, second, hung, well}) close(one);
}

}  // namespace
}  // namespace hotspot::io
