// A list of typed parameters for libvirt, freed automatically; typed_fields.h reads lists from libvirt. For files that
// call libvirt.
#pragma once

#include <libvirt/libvirt.h>

namespace hotspot::virt {

class Parameters {
 public:
  Parameters() = default;
  ~Parameters() { virTypedParamsFree(list_, count_); }
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  void add(const char* name, int value) { virTypedParamsAddInt(&list_, &count_, &capacity_, name, value); }
  void add(const char* name, long long value) { virTypedParamsAddLLong(&list_, &count_, &capacity_, name, value); }
  void add(const char* name, unsigned value) { virTypedParamsAddUInt(&list_, &count_, &capacity_, name, value); }
  void add(const char* name, unsigned long long value) {
    virTypedParamsAddULLong(&list_, &count_, &capacity_, name, value);
  }
  void add(const char* name, const char* value) { virTypedParamsAddString(&list_, &count_, &capacity_, name, value); }

  virTypedParameterPtr list() const { return list_; }
  int count() const { return count_; }

 private:
  virTypedParameterPtr list_ = nullptr;
  int count_ = 0, capacity_ = 0;
};

}  // namespace hotspot::virt
