require "fileutils"
require "vips"

class Thumbnail
  NEEDED = 8
  if Vips.version(0) < NEEDED
    abort "the image needs libvips #{NEEDED} or newer"
  end

  def self.make(source, target)
    FileUtils.mkdir_p(File.dirname(target))
    image = Vips::Image.thumbnail(source, 200)
    image.write_to_file(target)
  end
end
