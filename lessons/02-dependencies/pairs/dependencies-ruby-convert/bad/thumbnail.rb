require "fileutils"

class Thumbnail
  def self.make(source, target)
    FileUtils.mkdir_p(File.dirname(target))
    ok = system("convert", source, "-resize", "200x", target)
    raise "no thumbnail for #{source}" unless ok
  end
end
