coffee
