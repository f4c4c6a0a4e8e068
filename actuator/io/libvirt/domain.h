// Calls that concern one domain. For the *.cc of this folder only.
//
// Each may block: call them through virt::TimedCalls.
#pragma once

#include <functional>
#include <string>

#include "actuator/io/libvirt/node.h"
#include "actuator/ports/hypervisor.h"
#include "common/libvirt/handles.h"

namespace hotspot::io {

// A domain and its connection. The connection is released after the domain.
struct LibvirtDomain {
  virt::ConnectionHandle connection;
  virt::DomainHandle handle;
  std::string about;  // "h1: domain 6695eb01-…", for messages
};

Result<LibvirtDomain, ports::CallError> find_domain(const virt::ConnectionHandle& connection,
                                                    const std::string& node_name, const std::string& uuid);
ports::CallError domain_error(const LibvirtDomain& domain);
Result<ports::DomainFacts, ports::CallError> look_at(const LibvirtDomain& domain);
bool is_in_post_copy(virDomainPtr domain);

// Finds the domain and makes the call, within the node's limit for both. T: the result of the call.
template <typename T>
Result<T, ports::CallError> with_domain(LibvirtNode& node, const std::string& uuid,
                                        std::function<Result<T, ports::CallError>(const LibvirtDomain&)> call) {
  return with_connection<T>(node, "domain " + uuid,
                            [name = node.address().name, uuid, call = std::move(call)](
                                const virt::ConnectionHandle& connection) -> Result<T, ports::CallError> {
                              auto domain = find_domain(connection, name, uuid);
                              if (!domain) return domain.error();
                              return call(*domain);
                            });
}

}  // namespace hotspot::io
