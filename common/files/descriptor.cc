#include "common/files/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace hotspot::files {

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

bool write_to_disk(const Descriptor& file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file.get()) == 0;
}

void sync_folder(const std::string& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened) ::fsync(opened.get());
}

}  // namespace hotspot::files
