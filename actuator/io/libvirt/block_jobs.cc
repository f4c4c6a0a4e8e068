#include "actuator/io/libvirt/block_jobs.h"

#include <pugixml.hpp>

#include "common/libvirt/handles.h"

namespace hotspot::io {
namespace {

const char* name_of(int type) {
  switch (type) {
    case VIR_DOMAIN_BLOCK_JOB_TYPE_PULL:
      return "pull";
    case VIR_DOMAIN_BLOCK_JOB_TYPE_COPY:
      return "copy";
    case VIR_DOMAIN_BLOCK_JOB_TYPE_COMMIT:
    case VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT:
      return "commit";
    case VIR_DOMAIN_BLOCK_JOB_TYPE_BACKUP:
      return "backup";
    default:
      return "job";
  }
}

}  // namespace

std::string block_job_of(virDomainPtr domain) {
  const virt::TextHandle xml(virDomainGetXMLDesc(domain, 0));
  pugi::xml_document document;
  if (!xml || !document.load_string(xml.get())) return "";
  for (const pugi::xml_node& disk : document.child("domain").child("devices").children("disk")) {
    const std::string device = disk.child("target").attribute("dev").as_string();
    virDomainBlockJobInfo info{};
    if (!device.empty() && virDomainGetBlockJobInfo(domain, device.c_str(), &info, 0) == 1)
      return std::string(name_of(info.type)) + " of " + device;
  }
  return "";
}

}  // namespace hotspot::io
