/** Where the facts are from: the provider that npm's @pulumi/openstack 3.15.2 wraps (its provider/go.mod). */
export const SOURCE = "terraform-provider-openstack v1.54.1 openstack";
