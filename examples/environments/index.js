module.exports = require("pulumi-heron-aurora").deployStack;
