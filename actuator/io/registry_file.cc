#include "actuator/io/registry_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "common/files/descriptor.h"
#include "common/files/regular_file.h"

namespace hotspot::io {
namespace {

constexpr std::size_t kMostBytes = 64u << 20;

Error because(const std::string& path) { return Error{path + ": " + std::strerror(errno)}; }

}  // namespace

RegistryFile::RegistryFile(std::string folder, const std::string& cluster)
    : folder_(std::move(folder)), path_(folder_ + "/registry-" + cluster + ".json") {}

Result<record::Registry> RegistryFile::load() {
  auto file = files::RegularFile::open(path_, files::Links::kRefuse);
  if (!file && file.error().trouble == files::Trouble::kMissing) return record::Registry{};
  if (!file) return Error{file.error().message};
  if (file->status().st_uid != ::geteuid() || (file->status().st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return Error{path_ + " belongs to another user, or others may write to it: it is not believed"};
  const auto text = file->read(kMostBytes);
  if (!text) return text.error();
  auto registry = record::registry_from_json(*text);
  if (!registry) return Error{path_ + ": " + registry.error().message};
  return registry;
}

Result<void> RegistryFile::store(const record::Registry& registry) {
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) return because(folder_);
  const std::string part = path_ + ".part";
  ::unlink(part.c_str());
  {
    const files::Descriptor file(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return because(part);
    if (!files::write_to_disk(file, record::to_json(registry) + "\n")) return because(part);
  }
  if (::rename(part.c_str(), path_.c_str()) != 0) return because(path_);
  files::sync_folder(folder_);
  return {};
}

}  // namespace hotspot::io
