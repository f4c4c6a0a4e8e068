// A file descriptor, closed at its end, and what is written to files that must outlive a power cut. Thread rule: any
// thread, each descriptor in one at a time.
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

// Writes all of the text, and waits until it is on the disk. False: errno says why not.
bool write_to_disk(const Descriptor& file, std::string_view text);

// Waits until the names in a folder are on the disk. A file system that cannot do so is no error: nobody could help it.
void sync_folder(const std::string& folder);

}  // namespace hotspot::files
