variable "image" {
  type = string
}

module "staging" {
  source    = "./modules/shop"
  image     = var.image
  instances = 1
}

module "production" {
  source    = "./modules/shop"
  image     = var.image
  instances = 2
}
