module Settings
  def self.load(env = ENV)
    case env.fetch("APP_ENV", "development")
    when "production"
      { assets: "https://cdn.fernhill.example",
        mail_from: "orders@fernhill.example",
        pool: 20 }
    when "staging"
      { assets: "https://cdn-staging.fernhill.example",
        mail_from: "nobody@fernhill.example",
        pool: 5 }
    else
      { assets: "http://localhost:9000",
        mail_from: "dev@localhost",
        pool: 2 }
    end
  end
end
