// What the thread sanitizer must not look at: libvirt and the libraries under it are built without it, so that it sees
// their memory being reused but not the atomic operations and the futexes by which they order that.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "race:libvirt.so\n"
         "race:libglib-2.0.so\n"
         "race:libtirpc.so\n";
}
