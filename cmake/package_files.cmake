# Run by cpack on what it has installed below CPACK_TEMPORARY_DIRECTORY, a folder a component, before it makes packages of it.
cmake_policy(SET CMP0057 NEW)
set(names plugin=collectd-plugin-hotspot actuator=hotspot-actuator tools=hotspot-tools console=hotspot-console
  library=libhotspot0 library_dev=libhotspot-dev dashboards=hotspot-dashboards)

# A date that does not change from build to build: that of the commit, which build-packages.sh sets.
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
string(REGEX REPLACE ".*~" "" debian "${CPACK_DEBIAN_PACKAGE_RELEASE}")
set(version ${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})

foreach(pair ${names})
  string(REPLACE "=" ";" pair ${pair})
  list(GET pair 0 component)
  list(GET pair 1 name)
  set(root ${CPACK_TEMPORARY_DIRECTORY}/${component})
  set(doc ${root}/usr/share/doc/${name})
  file(MAKE_DIRECTORY ${doc})

  file(WRITE ${doc}/changelog.Debian "hotspot (${version}) unstable; urgency=medium\n\n  * See changelog.gz of hotspot-tools for what changed.\n\n"
    " -- ${CPACK_DEBIAN_PACKAGE_MAINTAINER}  ${date}\n")
  file(COPY ${HOTSPOT_PACKAGING}/copyright DESTINATION ${doc})
  # Those of one Debian alone end in its name: the lintian of another has no such tag.
  foreach(overrides ${HOTSPOT_PACKAGING}/${name}.lintian-overrides ${HOTSPOT_PACKAGING}/${name}.lintian-overrides.${debian})
    if(EXISTS ${overrides})
      file(READ ${overrides} text)
      file(APPEND ${root}/usr/share/lintian/overrides/${name} "${text}")
    endif()
  endforeach()
  if(component STREQUAL plugin)
    # Complete from the first start: the types that are not collectd's are named.
    file(READ ${HOTSPOT_SAMPLE} sample)
    string(REPLACE "\n# TypesDB \"" "\nTypesDB \"" sample "${sample}")
    file(WRITE ${root}/etc/collectd/collectd.conf.d/hotspot.conf "${sample}")
  endif()
  if(component STREQUAL tools)
    file(RENAME ${root}/usr/share/doc/hotspot/CHANGELOG.md ${doc}/changelog)
  endif()

  file(GLOB_RECURSE compressed ${root}/usr/share/man/*.[1-8] ${doc}/changelog ${doc}/changelog.Debian)
  foreach(file ${compressed})
    execute_process(COMMAND gzip -9n ${file} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  file(GLOB_RECURSE programs ${root}/usr/bin/* ${root}/usr/sbin/* ${root}/usr/lib/collectd/*
    ${root}/usr/lib/libhotspot.so.*.* ${root}/usr/lib/*/libhotspot.so.*.*)
  foreach(program ${programs})
    execute_process(COMMAND ${HOTSPOT_STRIP_PROGRAM} --strip-unneeded --remove-section=.comment --remove-section=.note ${program}
      COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  execute_process(COMMAND chmod -R u+rwX,go=rX ${root} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
