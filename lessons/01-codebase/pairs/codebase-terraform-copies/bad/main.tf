variable "image" {
  type = string
}

module "staging" {
  source    = "./modules/shop-staging"
  image     = var.image
  instances = 1
}

module "production" {
  source    = "./modules/shop-production"
  image     = var.image
  instances = 2
}
