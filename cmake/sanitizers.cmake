if(HOTSPOT_SANITIZE)
  add_compile_options(-fsanitize=${HOTSPOT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HOTSPOT_SANITIZE})
endif()
