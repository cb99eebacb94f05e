/** What is signed with the id of a mesh (HMAC-SHA-256) to get the tag under which its machines find each other. */
export const TAG_TEXT = 'coterie-discovery/2'

/** What is signed with it to get the key of the packets by which they find each other. */
export const PACKET_KEY_TEXT = 'coterie-discovery-packet/2'
