# A script of the build: writes a C++ file that holds the schemas.
#   cmake -DOUTPUT=FILE "-DFILES=a.schema.json;b.schema.json" -P embed_schemas.cmake
set(rows "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  string(REPLACE ".schema.json" "" name ${name})
  file(READ ${file} text)
  if(text MATCHES "\\)schema\"")
    message(FATAL_ERROR "${file} holds )schema\", which ends a raw literal of C++")
  endif()
  # A literal a line: compilers need not take long ones.
  string(REPLACE "\n" "\n)schema\",\nR\"schema(" pieces "${text}")
  set(pieces "R\"schema(${pieces})schema\"")
  string(MAKE_C_IDENTIFIER "k_${name}" identifier)
  string(APPEND arrays "constexpr std::string_view ${identifier}[] = {${pieces}};\n\n")
  string(APPEND rows "    {\"${name}\", ${identifier}},\n")
endforeach()
file(WRITE ${OUTPUT}.new
"// Made by config/embed_schemas.cmake from config/schemas/*.schema.json.
#include \"config/schemas.h\"

namespace plumbline {
namespace {

${arrays}constexpr EmbeddedSchema kSchemas[] = {
${rows}};

}  // namespace

std::span<const EmbeddedSchema> embedded_schemas() { return kSchemas; }

}  // namespace plumbline
")
file(RENAME ${OUTPUT}.new ${OUTPUT})
