// A file descriptor, closed automatically, and functions for files that must survive a power failure. Thread rule: any
// thread, but each descriptor in one thread at a time.
#pragma once

#include <string>
#include <string_view>

namespace hotspot::files {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}  // as open() returned it
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

// Writes the whole text and waits until it is on disk. False: errno says why not.
bool write_to_disk(const Descriptor& file, std::string_view text);

// Waits until the names in a directory are on disk. Errors of file systems that cannot do this are ignored.
void sync_folder(const std::string& folder);

}  // namespace hotspot::files
