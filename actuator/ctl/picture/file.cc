#include "actuator/ctl/picture/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

Error unwritten(const std::string& path, const std::string& why) {
  return {"cannot write " + text::visible(path) + ": " + why};
}

// Writes and closes the file. Empty: everything was written.
std::string put(const std::string& bytes, std::FILE* file) {
  if (file == nullptr) return std::strerror(errno);
  const bool all = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const int problem = errno;
  if (std::fclose(file) == 0 && all) return "";
  return std::strerror(all ? errno : problem);
}

// The mode that open() would give a new file.
mode_t usual_mode() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

}  // namespace

Result<void> write_picture(const std::string& bytes, const std::string& path) {
  if (path.starts_with("/dev/")) {
    const std::string problem = put(bytes, std::fopen(path.c_str(), "wbe"));
    return problem.empty() ? Result<void>() : unwritten(path, problem);
  }
  struct stat there {};
  if (lstat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode) && !S_ISLNK(there.st_mode) && !S_ISDIR(there.st_mode))
    return unwritten(path, "it exists and is not a regular file");
  std::string beside = path + ".XXXXXX";
  const int descriptor = mkostemp(beside.data(), O_CLOEXEC);
  if (descriptor < 0) return unwritten(path, std::strerror(errno));
  fchmod(descriptor, usual_mode());
  std::string problem = put(bytes, fdopen(descriptor, "wb"));
  if (problem.empty() && std::rename(beside.c_str(), path.c_str()) != 0) problem = std::strerror(errno);
  if (problem.empty()) return {};
  unlink(beside.c_str());
  return unwritten(path, problem);
}

}  // namespace hotspot::ctl
