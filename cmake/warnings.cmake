# The project's own code compiles without a warning; CI makes that a rule.
add_library(hotspot_warnings INTERFACE)
target_compile_options(hotspot_warnings INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wno-missing-field-initializers $<$<BOOL:${HOTSPOT_WERROR}>:-Werror>)
