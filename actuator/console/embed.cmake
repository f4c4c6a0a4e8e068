# Writes a C++ source with the content of files: cmake -DOUT=FILE -DFOLDER=PAGES -DOPENAPI=FILE -P embed.cmake
file(GLOB names RELATIVE ${FOLDER} ${FOLDER}/*)
list(SORT names)
set(arrays "")
set(entries "")
set(number 0)

# Appends an array with the content of a file, and sets `entry` to what names it.
macro(embed path name)
  file(READ ${path} hex HEX)
  file(SHA256 ${path} sha256)
  file(SIZE ${path} size)
  string(REGEX REPLACE "(................................................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" hex "${hex}")
  string(REPLACE "\n" "\"\n\"" hex "${hex}")
  string(APPEND arrays "constexpr char kFile${number}[] =\n\"${hex}\";\n")
  set(entry "{\"${name}\", {kFile${number}, ${size}}, \"${sha256}\"}")
  math(EXPR number "${number} + 1")
endmacro()

embed(${OPENAPI} openapi.json)
set(openapi "${entry}")
foreach(name ${names})
  if(NOT name MATCHES "^[A-Za-z0-9_.-]+$" OR IS_DIRECTORY ${FOLDER}/${name})
    message(FATAL_ERROR "pages/${name}: the folder is flat, and names have letters, digits, '_', '.' and '-' only")
  endif()
  embed(${FOLDER}/${name} ${name})
  string(APPEND entries "      ${entry},\n")
endforeach()

file(WRITE ${OUT}.new "// Made by embed.cmake.
#include \"actuator/console/pages.h\"

namespace hotspot::console {
namespace {

${arrays}
}  // namespace

const std::vector<EmbeddedFile>& embedded_pages() {
  static const std::vector<EmbeddedFile> all{
${entries}  };
  return all;
}

const EmbeddedFile& embedded_openapi() {
  static const EmbeddedFile one${openapi};
  return one;
}

}  // namespace hotspot::console
")
file(COPY_FILE ${OUT}.new ${OUT} ONLY_IF_DIFFERENT)
file(TOUCH_NOCREATE ${OUT})
