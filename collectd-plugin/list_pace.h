// Decides in which reads libvirt is asked for the states of all domains.
//
// libvirt writes a domain's file when the domain starts, ends, pauses or resumes (libvirt_files.h), so that the
// previous list is right while no file was written. Every second read asks nevertheless, for one domain in turn: by the
// same call, so that a libvirtd that hangs or was stopped is noticed within two reads. All are asked for again after
// kMostReads. PURE. Thread rule: one thread at a time.
#pragma once

namespace hotspot::collector {

class ListPace {
 public:
  enum class Files { kSame, kWritten };
  enum class Ask { kAll, kOne, kNobody };
  static constexpr int kMostReads = 12;

  Ask next(Files files) {
    if (files == Files::kWritten || ++reads_ >= kMostReads) {
      reads_ = 0;
      return Ask::kAll;
    }
    return reads_ % 2 == 1 ? Ask::kNobody : Ask::kOne;
  }

 private:
  int reads_ = 0;  // since all were asked for
};

}  // namespace hotspot::collector
